// The row of languages in the kiosk's foot.

import { $, el } from "./page.js";
import { language } from "./texts.js";

/** Draw a button for each of the branch's languages; `choose(code)` follows a touch. */
export function drawLanguages({ languages }, choose) {
  const row = $("#languages");
  row.hidden = languages.length < 2;
  row.replaceChildren(...languages.map((one) => button(one, choose)));
  markLanguage();
}

function button({ code, name }, choose) {
  const on = { click: () => choose(code) };
  return el("button", { type: "button", class: "button languages__one", lang: code, on }, name);
}

/** Mark the language in force. */
export function markLanguage() {
  for (const one of $("#languages").children) {
    one.setAttribute("aria-pressed", String(one.lang === language()));
  }
}
