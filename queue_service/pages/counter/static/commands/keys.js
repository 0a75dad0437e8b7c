// The counter's keys: their actions, and the list of them.

import { find, findAll } from "/static/js/page.js";
import * as actions from "./actions.js";
import { openChosen } from "../dialogs/choose.js";
import { countContact } from "../contacts/contacts.js";
import { goFind } from "../lists/find.js";
import { answerHelpCall } from "../help/help-calls.js";
import { showKeys, VISIT_HELP } from "../help/help.js";
import { listenTo, VISIT_KEYS } from "./presses.js";
import { pauseOrGoOn } from "../pauses.js";
import { closePlaybook, openPlaybook } from "../playbook/playbook.js";
import { showWhetherOn } from "../storage.js";
import { switchStaff } from "../switching.js";

/** @import { Bindings } from "/static/js/keys.js" */
/** @import { HelpRow } from "../help/help.js" */

/** @type {HelpRow[]} */
const HELP = [
  ["closed", ["Enter"], "help.open"],
  ["free", ["go"], "help.next"],
  ["free", ["serve_desk"], "help.desk"],
  ["free", ["serve_phone"], "help.phone"],
  ["free", ["resume_parked"], "help.resume"],
  ...VISIT_HELP,
  ["always", ["note_desk", "note_phone"], "help.contact"],
  ["always", ["take"], "help.call"],
  ["always", ["give_ticket"], "ticket"],
  ["always", ["find"], "help.find"],
  ["always", ["list", "↑", "↓"], "help.list"],
  ["always", ["silently"], "next.silent"],
  ["always", ["pause"], "help.pause"],
  ["always", ["menu"], "help.menu"],
  ["always", ["switch_staff"], "switch"],
  ["always", ["help"], "help.help"],
];

/** Show every shortcut, and the switch that turns them off. */
export const showHelp = () => showKeys(HELP);

/** @type {Bindings} */
const DESK_KEYS = {
  serve_desk: () => actions.askAndServe("desk"),
  serve_phone: () => actions.askAndServe("phone"),
  give_ticket: actions.giveTicket,
  resume_parked: actions.resumeOnly,
  silently: actions.silently,
  pause: pauseOrGoOn,
  playbook: openPlaybook,
  take: answerHelpCall,
  note_desk: () => countContact("desk"),
  note_phone: () => countContact("phone"),
  find: toFind,
  list: goToList,
  switch_staff: switchStaff,
  help: showHelp,
};

/**
 * In a row of the lists; elsewhere these keys scroll.
 * @type {Bindings}
 */
const ROW_KEYS = {
  next_row: () => toRow(1),
  previous_row: () => toRow(-1),
};

/**
 * Their actions while no counter is open yet: only Enter opens one.
 * @type {Bindings}
 */
const CLOSED_KEYS = {
  go: (key) => (key === "enter" ? openChosen() : null),
  switch_staff: switchStaff,
  help: showHelp,
};

/**
 * Listen for keys. `ready()` says whether a counter is open here; `menu` opens the page's own.
 * @param {() => unknown} menu
 * @param {() => boolean} ready
 */
export function listen(menu, ready) {
  const open = { ...VISIT_KEYS, ...DESK_KEYS, menu };
  const inRow = { ...open, ...ROW_KEYS };
  showWhetherOn();
  listenTo(() => {
    if (!ready()) return CLOSED_KEYS;
    return document.activeElement?.closest(".visit-row") ? inRow : open;
  });
}

function toFind() {
  closePlaybook();
  goFind();
}

const ROWS = ":is(#parked, #left-parked, #waiting) .visit-row__open";

function goToList() {
  closePlaybook();
  find(ROWS)?.focus();
}

/**
 * From one row of the lists to the next or the one before.
 * @param {1 | -1} by
 */
function toRow(by) {
  const rows = findAll(ROWS);
  const row = document.activeElement?.closest(".visit-row");
  const at = rows.findIndex((one) => row?.contains(one));
  rows[at + by]?.focus();
}
