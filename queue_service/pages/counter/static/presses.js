// What a key of one letter does with the visit at the counter, and when it counts.

import { find } from "/static/js/page.js";
import * as actions from "./actions.js";
import { asking } from "./ask.js";
import { showingPress } from "./commands.js";
import { OUTCOMES } from "./questions.js";
import { aboutToAsk, askSpecialist, endTalking, stopRinging } from "./specialist.js";
import { shortcutsOn } from "./storage.js";

/**
 * The keys of a visit, and the one that calls the next.
 * @type {[string, () => unknown][]}
 */
export const VISIT_KEYS = [
  .../** @type {[string, () => unknown][]} */ (OUTCOMES.map((outcome, index) => [
    String(index + 1),
    () => actions.complete(outcome),
  ])),
  [" ", actions.goOn],
  ["shift+ ", actions.completeAndCall],
  ["enter", actions.goOn],
  ["n", actions.goOn],
  ["r", actions.recall],
  ["x", actions.noShow],
  ["q", actions.requeue],
  ["c", actions.proceed],
  ["t", actions.transfer],
  ["p", actions.park],
  ["w", actions.reclassify],
  ["a", askSpecialist],
  ["s", stopRinging],
  ["e", endTalking],
  ["u", actions.bringBack],
];

/**
 * Listen for keys. `table()` tells what each does now.
 * @param {() => Map<string, () => unknown>} table
 */
export function listenTo(table) {
  addEventListener("keydown", (event) => {
    const key = nameOf(event);
    const action = table().get(key);
    if (!action || !counts(event)) return;
    event.preventDefault();
    showingPress(buttonOf(key), action);
  });
}

/**
 * Shift only makes another key of the space bar: letters are the same, large or small.
 * @param {KeyboardEvent} event
 */
function nameOf({ key, shiftKey }) {
  return shiftKey && key === " " ? "shift+ " : key.toLowerCase();
}

/**
 * The button on the stage that does what the key does, to show that it was pressed.
 * @param {string} key
 */
function buttonOf(key) {
  const main = ["n", " ", "enter"].includes(key);
  const name = key === "shift+ " ? "Shift+Space" : main ? "Space" : key.toUpperCase();
  return find(`:is(#stage, #specialist) [aria-keyshortcuts~="${CSS.escape(name)}"]`);
}

/**
 * A key held down counts once, and what has the focus keeps its own keys.
 * @param {KeyboardEvent} event
 */
function counts(event) {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (asking() || aboutToAsk()) return false;
  const target = /** @type {Element} */ (event.target);
  if (target.closest("input:not([type=radio], [type=checkbox]), select, textarea")) return false;
  const presses = event.key === " " || event.key === "Enter";
  if (presses && target.closest("button, a, summary, input")) return false;
  return event.key === "?" || shortcutsOn();
}
