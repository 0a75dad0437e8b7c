// The administrator's pages work without this: it copies, tells times in the reader's zone, and
// proposes an id while a name is written.

import { announce } from "/static/js/page.js";
import { locale } from "/static/js/texts.js";

function tellTimes() {
  const whole = new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" });
  const time = new Intl.DateTimeFormat(locale(), { timeStyle: "short" });
  for (const element of document.querySelectorAll("time[data-at]")) {
    const instant = new Date(Number(element.dataset.at));
    element.textContent = (element.dataset.only === "time" ? time : whole).format(instant);
  }
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  const told = (await copied(field.value)) ? button.dataset.copied : button.dataset.selected;
  button.querySelector("span").textContent = told;
  announce(told);
}

/** Whether what is selected is on the clipboard now. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // It is there on https alone and may be refused; the older way also works on a local network.
    return document.execCommand("copy");
  }
}

const DANISH = { æ: "ae", ø: "oe", å: "aa" };

function idOf(name) {
  const plain = name.toLowerCase().replace(/[æøå]/g, (letter) => DANISH[letter]).normalize("NFKD");
  const base = plain.replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, "-");
  return base.replace(/^-+/, "").slice(0, 50).replace(/-+$/, "");
}

function propose(name) {
  const id = document.getElementById(name.dataset.proposes);
  let own = id.value !== "";
  id.addEventListener("input", () => {
    own = id.value !== "";
  });
  name.addEventListener("input", () => {
    if (!own) id.value = idOf(name.value);
  });
}

tellTimes();
for (const name of document.querySelectorAll("[data-proposes]")) propose(name);
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", () => copy(button));
}
