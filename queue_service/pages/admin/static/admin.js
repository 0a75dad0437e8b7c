// The administrator's pages work without this: it copies, shows times in the zone of a branch, and
// proposes an id while a name is written.

import { $, $input, announce, findAll } from "/static/js/page.js";
import { clock, dateAndClock } from "/static/js/times.js";

function showTimes() {
  for (const element of findAll("time[data-at]")) {
    const { at, only, zone } = element.dataset;
    const write = only === "time" ? clock : dateAndClock;
    element.textContent = write(Number(at), zone);
  }
}

/** @param {HTMLElement} button */
async function copy(button) {
  const field = $input(`#${CSS.escape(button.dataset.copy ?? "")}`);
  field.select();
  const { copied = "", selected = "" } = button.dataset;
  const result = (await isCopied(field.value)) ? copied : selected;
  $("span", button).textContent = result;
  announce(result);
}

/**
 * Whether what is selected is on the clipboard now.
 * @param {string} text
 */
async function isCopied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // It is there on https alone and may be refused; the older way also works on a local network.
    return document.execCommand("copy");
  }
}

/** @type {Record<string, string>} */
const DANISH = { æ: "ae", ø: "oe", å: "aa" };

/** @param {string} name */
function idOf(name) {
  const plain = name.toLowerCase().replace(/[æøå]/g, (letter) => DANISH[letter]).normalize("NFKD");
  const base = plain.replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, "-");
  return base.replace(/^-+/, "").slice(0, 50).replace(/-+$/, "");
}

/** @param {HTMLInputElement} name */
function propose(name) {
  const id = $input(`#${CSS.escape(name.dataset.proposes ?? "")}`);
  let own = id.value !== "";
  id.addEventListener("input", () => {
    own = id.value !== "";
  });
  name.addEventListener("input", () => {
    if (!own) id.value = idOf(name.value);
  });
}

showTimes();
for (const name of findAll("[data-proposes]")) propose(/** @type {HTMLInputElement} */ (name));
for (const button of findAll("[data-copy]")) {
  button.addEventListener("click", () => copy(button));
}
