// The list of shortcuts, with the switch that turns them off.

import { el } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { showDialog } from "./ask.js";
import { shortcutsOn, switchShortcuts } from "./storage.js";

/**
 * Where it is of use, the keys as they are shown, the text of what it does.
 * @typedef {[keyof typeof HEADINGS, (string | (() => string))[], string]} HelpRow
 */

const HEADINGS = {
  closed: "counter.closed",
  free: "counter.free",
  called: "called",
  serving: "serving",
  talk: "help.talk",
  always: "help.always",
};

/** The space bar as it is written. */
export const spaceWord = () => t("help.space");

/**
 * The keys of a visit, wherever it is served.
 * @type {HelpRow[]}
 */
export const VISIT_HELP = [
  ["called", ["R"], "recall"],
  ["called", ["X"], "noshow"],
  ["called", ["Q"], "requeue"],
  ["called", ["T"], "transfer"],
  ["called", ["W"], "reclassify"],
  ["called", ["1–5"], "help.outcome"],
  ["serving", ["1–5"], "help.outcome"],
  ["serving", [() => t("help.shift_space")], "help.done_next"],
  ["serving", ["C"], "continue"],
  ["serving", ["T"], "transfer"],
  ["serving", ["P"], "park"],
  ["serving", ["W"], "reclassify"],
  ["serving", ["A"], "specialist"],
  ["serving", ["S", "E"], "help.specialist"],
  ["always", ["H"], "help.playbook"],
  ["always", ["U"], "undo"],
];

/**
 * Show these shortcuts, and the switch that turns them off, at the counters of the page's branch or
 * of several.
 * @param {HelpRow[]} rows
 * @param {string[]} [branches]
 */
export function showKeys(rows, branches) {
  const box = el("input", { type: "checkbox", checked: shortcutsOn() });
  box.addEventListener("change", () => switchShortcuts(box.checked, branches));
  const headings = /** @type {HelpRow[0][]} */ (Object.keys(HEADINGS));
  showDialog({
    title: t("help"),
    wide: true,
    body: [
      el("label", { class: "check" }, box, t("help.on")),
      el("div", { class: "help" }, headings.map((where) => group(where, rows))),
      el("p", { class: "soft" }, t("help.digits")),
    ],
  });
}

/**
 * @param {HelpRow[0]} where
 * @param {HelpRow[]} all
 */
function group(where, all) {
  const rows = all.filter(([one]) => one === where).map(([, keys, text]) =>
    el(
      "div",
      { class: "help__row" },
      el("dt", { class: "wrap gap-1" }, keys.map(keyCap)),
      el("dd", {}, t(text)),
    )
  );
  if (!rows.length) return null;
  return el("section", {}, el("h3", {}, t(HEADINGS[where])), el("dl", {}, rows));
}

/** @param {string | (() => string)} key */
const keyCap = (key) => el("kbd", {}, typeof key === "function" ? key() : key);
