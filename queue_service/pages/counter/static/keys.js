// Shortcuts for everything, in one table that is also the help.

import { el, find } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import * as actions from "./actions.js";
import { showDialog } from "./ask.js";
import { openChosen } from "./choose.js";
import { goFind } from "./find.js";
import { listenTo, VISIT_KEYS } from "./presses.js";
import { closePlaybook, togglePlaybook } from "./playbook.js";
import { shortcutsOn, showWhetherOn, switchShortcuts } from "./storage.js";

const spaceWord = () => t("help.space");

/**
 * [where it is of use, the keys as they are shown, the text of what it does]
 * @type {[keyof typeof HEADINGS, (string | (() => string))[], string][]}
 */
const HELP = [
  ["closed", ["Enter"], "help.open"],
  ["free", ["N", spaceWord], "help.next"],
  ["free", ["D"], "help.desk"],
  ["free", ["F"], "help.phone"],
  ["free", ["B"], "ticket"],
  ["free", ["G"], "help.resume"],
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
  ["always", ["H"], "help.playbook"],
  ["always", ["U"], "undo"],
  ["always", ["/"], "help.find"],
  ["always", ["L"], "help.list"],
  ["always", ["M"], "help.menu"],
  ["always", ["?"], "help.help"],
];

const HEADINGS = {
  closed: "counter.closed",
  free: "counter.free",
  called: "called",
  serving: "serving",
  always: "help.always",
};

/**
 * What each key does; `openMenu` is the page's own.
 * @param {() => unknown} openMenu
 */
const table = (openMenu) =>
  new Map([
    ...VISIT_KEYS,
    ["d", () => actions.askAndServe("desk")],
    ["f", () => actions.askAndServe("phone")],
    ["b", actions.giveTicket],
    ["g", actions.resumeOnly],
    ["h", togglePlaybook],
    ["/", toFind],
    ["l", goToList],
    ["m", openMenu],
    ["?", showHelp],
  ]);

// What they do where no counter is open yet.
/** @type {Map<string, () => unknown>} */
const CLOSED = new Map([
  ["enter", openChosen],
  ["?", showHelp],
]);

/**
 * Listen for keys. `ready()` tells whether a counter is open here.
 * @param {() => unknown} openMenu
 * @param {() => boolean} ready
 */
export function listen(openMenu, ready) {
  const does = table(openMenu);
  showWhetherOn();
  listenTo(() => (ready() ? does : CLOSED));
}

function toFind() {
  closePlaybook();
  goFind();
}

function goToList() {
  closePlaybook();
  find("#waiting .lane__list button")?.focus();
}

/** Show every shortcut, and the switch that turns them off. */
export function showHelp() {
  const box = el("input", { type: "checkbox", checked: shortcutsOn() });
  box.addEventListener("change", () => switchShortcuts(box.checked));
  showDialog({
    title: t("help"),
    wide: true,
    body: [
      el("label", { class: "check" }, box, t("help.on")),
      el(
        "div",
        { class: "help" },
        /** @type {(keyof typeof HEADINGS)[]} */ (Object.keys(HEADINGS)).map(helpGroup),
      ),
      el("p", { class: "soft" }, t("help.digits")),
    ],
  });
}

/** @param {keyof typeof HEADINGS} where */
function helpGroup(where) {
  const rows = HELP.filter(([group]) => group === where).map(([, keys, text]) =>
    el(
      "div",
      { class: "help__row" },
      el("dt", { class: "wrap gap-1" }, keys.map(keyCap)),
      el("dd", {}, t(text)),
    )
  );
  return el("section", {}, el("h3", {}, t(HEADINGS[where])), el("dl", {}, rows));
}

/** @param {string | (() => string)} key */
const keyCap = (key) => el("kbd", {}, typeof key === "function" ? key() : key);
