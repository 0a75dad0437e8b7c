// The list of shortcuts, with the switch that turns them off.

import { KEYS } from "/static/js/keys.js";
import { el } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { showDialog } from "../dialogs/ask.js";
import { written } from "../draw.js";
import { shortcutsOn, switchShortcuts } from "../storage.js";

/** @import { Command } from "/static/js/keys.js" */
/**
 * The modes in which a row is of use, its commands (or a key as it is written), and the text of its
 * action.
 * @typedef {[keyof typeof HEADINGS, (Command | "1–5" | "Enter" | "↑" | "↓")[], string]} HelpRow
 */

const HEADINGS = {
  closed: "counter.closed",
  free: "counter.free",
  called: "called",
  serving: "serving",
  talk: "help.talk",
  always: "help.always",
};

/**
 * The keys of a visit, wherever it is served.
 * @type {HelpRow[]}
 */
export const VISIT_HELP = [
  ["called", ["recall"], "recall"],
  ["called", ["no_show"], "noshow"],
  ["called", ["requeue"], "requeue"],
  ["called", ["send_on"], "transfer"],
  ["called", ["reclassify"], "reclassify"],
  ["called", ["1–5"], "help.outcome"],
  ["serving", ["1–5"], "help.outcome"],
  ["serving", ["done_and_next"], "help.done_next"],
  ["serving", ["one_more"], "continue"],
  ["serving", ["send_on"], "transfer"],
  ["serving", ["park"], "park"],
  ["serving", ["reclassify"], "reclassify"],
  ["serving", ["ask_specialist"], "specialist"],
  ["serving", ["end_call"], "help.specialist"],
  ["always", ["playbook"], "help.playbook"],
  ["always", ["undo"], "undo"],
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

/** @param {string} key */
const keyCap = (key) => el("kbd", {}, key in KEYS ? written(/** @type {Command} */ (key)) : key);
