// Shortcuts for everything, in one table that is also the help.

import { find } from "/static/js/page.js";
import * as actions from "./actions.js";
import { openChosen } from "./choose.js";
import { countContact, undoContact } from "./contacts.js";
import { goFind } from "./find.js";
import { answerHelpCall } from "./help-calls.js";
import { showKeys, spaceWord, VISIT_HELP } from "./help.js";
import { listenTo, VISIT_KEYS } from "./presses.js";
import { pauseOrGoOn } from "./pauses.js";
import { closePlaybook, togglePlaybook } from "./playbook.js";
import { showWhetherOn } from "./storage.js";

/** @import { HelpRow } from "./help.js" */

/** @type {HelpRow[]} */
const HELP = [
  ["closed", ["Enter"], "help.open"],
  ["free", ["N", spaceWord], "help.next"],
  ["free", ["D"], "help.desk"],
  ["free", ["F"], "help.phone"],
  ["free", ["B"], "ticket"],
  ["free", ["G"], "help.resume"],
  ...VISIT_HELP,
  ["always", ["K", "O", "Z"], "help.contact"],
  ["always", ["Y"], "help.call"],
  ["always", ["/"], "help.find"],
  ["always", ["L"], "help.list"],
  ["always", ["I"], "next.silent"],
  ["always", ["V"], "help.pause"],
  ["always", ["M"], "help.menu"],
  ["always", ["?"], "help.help"],
];

/** Show every shortcut, and the switch that turns them off. */
export const showHelp = () => showKeys(HELP);

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
    ["i", () => actions.callSilently() ?? actions.recallSilently()],
    ["v", pauseOrGoOn],
    ["y", answerHelpCall],
    ["h", togglePlaybook],
    ["k", () => countContact("desk")],
    ["o", () => countContact("phone")],
    ["z", undoContact],
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
