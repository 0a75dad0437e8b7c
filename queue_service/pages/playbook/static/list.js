// The list of entries: shows those that have what is typed, as it is typed.

import { $, find, findAll, pageData, show } from "/static/js/page.js";
import { tn } from "/static/js/texts.js";
import { marked } from "./mark.js";
import { matches } from "./search.js";

/** @type {{ words: Record<string, string> }} */
const { words } = pageData();

function filter() {
  const search = field("#q"), owner = field("#owner");
  const entries = findAll("#entries > *");
  const isOfAnother = (/** @type {HTMLElement} */ { dataset }) =>
    owner !== "" && dataset.owner !== owner;
  for (const entry of entries) {
    const text = words[entry.dataset.service ?? ""] ?? "";
    entry.hidden = !matches(text, search) || isOfAnother(entry);
    for (const part of findAll(".playbook-list__text", entry)) {
      part.replaceChildren(...marked(part.textContent ?? "", search));
    }
  }
  const overdue = findAll("#due > *");
  for (const one of overdue) one.hidden = isOfAnother(one);
  if (overdue.length > 0) show("#overdue", overdue.some((one) => !one.hidden));
  const left = entries.filter((entry) => !entry.hidden).length;
  show("#none", left === 0);
  $("#count").textContent = tn("found", left);
}

/** @param {string} id */
function field(id) {
  const found = /** @type {HTMLInputElement | HTMLSelectElement | null} */ (find(id));
  return found?.value ?? "";
}

if (find("#entries")) {
  for (const id of ["#q", "#owner"]) find(id)?.addEventListener("input", filter);
  if (field("#q") !== "") filter();
}
