// The keys of the staff's pages: the meaning of each on every page, and the keys that are typing
// rather than commands.
//
// A letter or a digit waits a quarter of a second until it is known to be alone. Two of them within that
// time are text: none of them does anything, and the page says so. Space and Enter do not wait.

import { $, announce, el, find } from "./page.js";
import { t } from "./texts.js";

/**
 * Every command with its keys. A key has one meaning, whatever page it is pressed on; docs/keys.md
 * has the list in words.
 */
export const KEYS = {
  go: [" ", "enter"],
  done_and_next: ["shift+ "],
  answer: ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
  ask_specialist: ["a"],
  give_ticket: ["b"],
  one_more: ["c"],
  serve_desk: ["d"],
  end_call: ["e"],
  serve_phone: ["f"],
  resume_parked: ["g"],
  playbook: ["h"],
  silently: ["i"],
  take: ["j"],
  note_desk: ["k"],
  list: ["l"],
  menu: ["m"],
  mute: ["n"],
  note_phone: ["o"],
  park: ["p"],
  requeue: ["q"],
  recall: ["r"],
  share_window: ["s"],
  send_on: ["t"],
  undo: ["u"],
  pause: ["v"],
  reclassify: ["w"],
  no_show: ["x"],
  ask_document: ["y"],
  settle: ["z"],
  switch_staff: ["0"],
  find: ["/"],
  help: ["?"],
  next_row: ["arrowdown"],
  previous_row: ["arrowup"],
  next_day: ["arrowright"],
  previous_day: ["arrowleft"],
  book: ["+"],
};

/** @typedef {keyof typeof KEYS} Command */
/** @typedef {{ [command in Command]?: (key: string) => unknown }} Bindings */

/** Two letters or digits closer together than this are text, in milliseconds. */
export const TYPING_MS = 250;
/** How long a text goes on after its last key, in milliseconds. */
export const TEXT_RESTS_MS = 1000;
/** A second press of the main key within this time after a call does nothing, in milliseconds. */
export const SECOND_PRESS_MS = 1000;
const NOTE_MS = 6000;

/** @type {Map<string, Command>} */
const commands = new Map(
  Object.entries(KEYS).flatMap(([command, keys]) =>
    keys.map((key) => [key, /** @type {Command} */ (command)])
  ),
);

/**
 * A command's key as `aria-keyshortcuts` has it: "R", "Shift+Space"; the first of several.
 * @param {Command} command
 */
export function keyName(command) {
  const key = KEYS[command][0];
  const names = { " ": "Space", "shift+ ": "Shift+Space" };
  return names[/** @type {keyof typeof names} */ (key)] ?? key.toUpperCase();
}

/** Whether keys are text, from the times at which they were pressed. */
export class Rhythm {
  #last = -Infinity;
  #text = false;

  /**
   * Whether a key that is pressed at `at` (ms) belongs to a text. The first letter of a text is known
   * by the second only.
   * @param {string} key as a KeyboardEvent names it
   * @param {number} at
   */
  isText(key, at) {
    const written = key.length === 1 || key === "Enter" || key === "Backspace";
    if (!written) return false;
    const near = at - this.#last < (this.#text ? TEXT_RESTS_MS : TYPING_MS);
    this.#text = near && (this.#text || isCharacter(key) || key === " " || key === "Enter");
    if (this.#text || isCharacter(key)) this.#last = at;
    return this.#text;
  }
}

/**
 * Whether a key writes a letter or a digit.
 * @param {string} key
 */
export const isCharacter = (key) => /^[\p{L}\p{N}]$/u.test(key);

const rhythm = new Rhythm();
/** @type {{ end: () => void } | null} */
let waiting = null; // the key that may still become text
let on = () => true; // whether letters and digits are commands at all

/**
 * Whether something takes what is typed: a field, or a panel (`data-takes-text`) with one.
 * @param {EventTarget | null} target
 */
function takesText(target) {
  if (!(target instanceof Element)) return false;
  return target.closest(`${FIELD}, [data-takes-text]`) !== null;
}

const FIELD = "input:not([type=radio], [type=checkbox], [type=button], [type=submit]), select, " +
  "textarea, [contenteditable]";

// Registered before all other listeners, since typed text is no command.
addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || !on()) return;
  if (key === "Escape") waiting?.end();
  if (takesText(target)) {
    if (isCharacter(key)) writeInto(/** @type {Element} */ (target));
    return;
  }
  const pressesAgain = event.repeat && (key === " " || key === "Enter");
  const text = !event.repeat && rhythm.isText(key, event.timeStamp);
  if (isCharacter(key) && !event.repeat && !text) hold(null, () => {});
  if (!pressesAgain && !text) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!text) return;
  hold(null, () => {}, TEXT_RESTS_MS);
  sayOfKeys(t("keys.text"));
}, { capture: true });

/**
 * Text typed anywhere in a panel with a field goes into the field.
 * @param {Element} target
 */
function writeInto(target) {
  if (target.closest(FIELD)) return;
  const panel = target.closest("[data-takes-text]");
  if (panel instanceof HTMLElement) find(FIELD, panel)?.focus();
}

/**
 * Whether a key may be a command: it is no repetition of a key that is held, no key of the browser,
 * and what has the focus does not keep it.
 * @param {KeyboardEvent} event
 */
export function mayCommand(event) {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (takesText(event.target)) return false;
  const target = /** @type {Element} */ (event.target);
  const presses = event.key === " " || event.key === "Enter";
  if (presses && target.closest?.("button, a, summary, input")) return false;
  return !(event.key.startsWith("Arrow") && target.closest?.("input"));
}

/**
 * Run a key's command: at once, or when a letter or digit has been alone for long enough. Its
 * button looks pressed meanwhile.
 * @param {KeyboardEvent} event
 * @param {HTMLElement | null} button
 * @param {() => void} action
 */
export function whenAlone(event, button, action) {
  event.preventDefault();
  if (isCharacter(event.key)) {
    hold(button, () => !takesText(document.activeElement) && action());
    return;
  }
  waiting?.end();
  action();
}

/**
 * Do something once it is known that the key just pressed is alone.
 * @param {HTMLElement | null} button
 * @param {() => unknown} action
 * @param {number} milliseconds
 */
function hold(button, action, milliseconds = TYPING_MS) {
  waiting?.end();
  const { documentElement: root } = document;
  root.dataset.keyWaits = "";
  button?.setAttribute("data-pressed", "");
  const end = () => {
    clearTimeout(timer);
    waiting = null;
    delete root.dataset.keyWaits;
    button?.removeAttribute("data-pressed");
  };
  const timer = setTimeout(() => {
    end();
    action();
  }, milliseconds);
  waiting = { end };
}

/**
 * Let a box switch the shortcuts, and the keys on the buttons, on and off.
 * @param {HTMLInputElement} box
 * @param {boolean} on whether they are on
 * @param {(on: boolean) => void} changed
 */
export function switchKeys(box, on, changed) {
  box.checked = on;
  const show = () => document.documentElement.toggleAttribute("data-no-keys", !box.checked);
  box.addEventListener("change", () => {
    changed(box.checked);
    show();
  });
  show();
}

/**
 * Listen for keys. `bindings()` has what each command does now; `switchedOn` says whether the user wants
 * shortcuts, without which `?` alone works; `free`, whether nothing is open that keys are for;
 * `press` does an action as its button would.
 * @param {() => Bindings} bindings
 * @param {() => boolean} switchedOn
 * @param {{
 *   free?: () => boolean,
 *   press?: (button: HTMLElement | null, action: () => unknown) => void,
 * }} page
 */
export function listenForKeys(
  bindings,
  switchedOn,
  { free = () => true, press = (_, action) => action() } = {},
) {
  on = switchedOn;
  const enabled = (/** @type {string} */ key) => free() && (key === "?" || on());
  addEventListener("click", removeNote, true);
  addEventListener("keydown", (event) => {
    const key = nameOf(event);
    const command = commands.get(key);
    if (!command || !bindings()[command] || !mayCommand(event) || !enabled(key)) return;
    const button = buttonOf(command, key);
    whenAlone(event, button, () => {
      const action = bindings()[command];
      removeNote();
      if (action && enabled(key)) press(button, () => action(key));
    });
  });
}

/**
 * Shift makes another key of the space bar alone: letters are the same, large or small.
 * @param {KeyboardEvent} event
 */
function nameOf({ key, shiftKey }) {
  return shiftKey && key === " " ? "shift+ " : key.toLowerCase();
}

/**
 * The button that does what a key does.
 * @param {Command} command
 * @param {string} key
 */
function buttonOf(command, key) {
  const name = command === "answer" ? key : keyName(command);
  return find(`:is(header, main) [aria-keyshortcuts~="${CSS.escape(name)}"]`);
}

/** @type {HTMLElement | undefined} */
let note;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let noteTimer;

/**
 * Say briefly why a key did nothing, over whatever is open.
 * @param {string} sentence
 */
export function sayOfKeys(sentence) {
  note ??= el("p", { class: "key-note" });
  if (note.isConnected && note.textContent === sentence) clearTimeout(noteTimer);
  else announce(sentence);
  note.textContent = sentence;
  (find("dialog[open]") ?? $("main")).append(note);
  clearTimeout(noteTimer);
  noteTimer = setTimeout(removeNote, NOTE_MS);
}

/** Take the note away: its time is over, or the next press does something. */
function removeNote() {
  note?.remove();
}
