// The languages: at the top of every screen, and on a tall one also within reach from a wheelchair.

import { $, el } from "/static/js/page.js";
import { language } from "/static/js/texts.js";

const groups = () => document.querySelectorAll(".languages");

/** Draw a button for each of the branch's languages; `choose(code)` follows a touch. */
export function drawLanguages({ languages }, choose) {
  for (const group of groups()) {
    group.hidden = languages.length < 2;
    group.replaceChildren(...languages.map((one) => button(one, choose)));
  }
  markLanguage();
}

function button({ code, name }, choose) {
  const on = { click: () => choose(code) };
  return el("button", { type: "button", class: "button languages__one", lang: code, on }, name);
}

/** Mark the language in force. */
export function markLanguage() {
  for (const one of $("#main").querySelectorAll(".languages > *")) {
    one.setAttribute("aria-pressed", String(one.lang === language()));
  }
}
