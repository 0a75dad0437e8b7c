// A question in a dialog: choices to press, by number too, and perhaps something to set first.

import { mayCommand, whenAlone } from "/static/js/keys.js";
import { $dialog, el, find, icon, shown } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { hint, onSingleClick } from "../draw.js";
import { shortcutsOn } from "../storage.js";

/** @import { Child } from "/static/js/page.js" */
/**
 * An option. It may name its key (`number`); those after it count on. The focus begins at the first
 * `likely` one, else at the first.
 * @template T
 * @typedef {{
 *   value: T,
 *   label: string,
 *   note?: string | null,
 *   icon?: string,
 *   classes?: string,
 *   likely?: boolean,
 *   number?: number,
 * }} Option
 */
/**
 * @template T
 * @typedef {{ label?: string, lead?: string, options: Option<T>[], classes?: string }} Group
 */

const dialog = $dialog("#ask");
/** @type {((value: any) => void) | null} */
let answer = null; // resolves the question that is open

// K is the box that may be above the choices.
const KEYS = "123456789ABCDEFGHIJLMNOPQRSTUVWXYZ";

/** Whether a question is open. */
export const asking = () => dialog.open;

/**
 * Ask. Gives the value chosen, or null when the question was closed.
 * @template T
 * @param {{
 *   title: string,
 *   lead?: string,
 *   before?: Child | Child[],
 *   groups: Group<T>[],
 *   wide?: boolean,
 *   careful?: boolean | "unlikely",
 *   leave?: string,
 * }} question `before`: what can be set above the choices; `careful`: nothing is done by pressing
 *   Enter at once, or only what is likely; `leave`: what the button says that closes it
 * @returns {Promise<T | null>}
 */
export function ask(
  { title, lead, before, groups, wide = false, careful = false, leave = t("cancel") },
) {
  dismiss();
  let number = 0;
  const numbered = (/** @type {Option<T>} */ option) =>
    choice(option, number = option.number ?? number + 1);
  const way = closer(leave);
  fill(
    wide,
    el("h2", { id: "ask-title" }, title),
    lead && el("p", { class: "soft" }, lead),
    ...[before].flat(),
    ...groups.filter(({ options }) => options.length).map((group) => drawGroup(group, numbered)),
    el("div", { class: "ask__foot" }, way),
  );
  const likely = find(".ask__choice[data-likely]", dialog);
  if (careful) return open((careful === "unlikely" && likely) || way);
  return open(likely ?? find(".ask__choice", dialog) ?? way);
}

/**
 * Show something that is only read; resolves when it is closed.
 * @param {{ title: string, body: Child[], wide?: boolean, large?: boolean }} what `large`: the
 *   title is in large type
 */
export function showDialog({ title, body, wide = false, large = false }) {
  dismiss();
  const done = closer(t("close"), "button--primary");
  const heading = el("h2", { id: "ask-title", class: large ? "ask__large number" : null }, title);
  fill(wide, heading, ...body, el("div", { class: "ask__foot" }, done));
  return open(done);
}

/**
 * Close the question with this answer.
 * @param {unknown} value
 */
export function dismiss(value = null) {
  const resolve = answer;
  answer = null;
  if (dialog.open) dialog.close();
  // The browser gives the focus back, unless that element was redrawn meanwhile.
  const { activeElement } = document;
  const lost = activeElement === document.body || dialog.contains(activeElement);
  if (lost) find("#stage-title")?.focus({ preventScroll: true });
  resolve?.(value);
}

/**
 * @param {boolean} wide
 * @param {...Child} parts
 */
function fill(wide, ...parts) {
  dialog.classList.toggle("ask--wide", wide);
  dialog.replaceChildren(el("div", { class: "ask__box stack" }, shown(parts)));
}

/**
 * @param {HTMLElement} first what has the focus
 * @returns {Promise<any>}
 */
function open(first) {
  dialog.showModal();
  first.focus({ preventScroll: true });
  dialog.scrollTop = 0; // a long text begins at its beginning
  return new Promise((resolve) => {
    answer = resolve;
  });
}

/** @param {string} label */
const closer = (label, classes = "button--quiet") =>
  el(
    "button",
    { type: "button", class: `button ${classes}`, on: { click: () => dismiss() } },
    label,
  );

/**
 * @template T
 * @param {Group<T>} group
 * @param {(option: Option<T>) => HTMLElement} numbered
 */
function drawGroup({ label, lead, options, classes = "" }, numbered) {
  const list = el("ul", { class: `ask__choices ${classes}`, role: "list" }, options.map(numbered));
  if (!label) return list;
  const note = lead && el("p", { class: "soft small" }, lead);
  return el("section", { class: "ask__group" }, el("h3", {}, label), note, list);
}

/**
 * @template T
 * @param {Option<T>} option
 * @param {number} number
 */
function choice({ label, note, value, icon: symbol, classes = "", likely = false }, number) {
  const key = KEYS[number - 1] ?? null;
  const attributes = {
    type: "button",
    class: `button ask__choice ${classes}`,
    "aria-keyshortcuts": key,
    dataset: likely ? { likely: "" } : {},
    on: { click: onSingleClick(() => dismiss(value)) },
  };
  const words = el("span", { class: "ask__words grow" }, label, note ? el("small", {}, note) : "");
  return el(
    "li",
    {},
    el("button", attributes, symbol && icon(symbol), words, key && hint(key)),
  );
}

/**
 * While a question is open every key is its own, wherever the focus is. Registered before other
 * listeners, since the answer may close the question at once and the same press would go on to the
 * page.
 * @param {KeyboardEvent} event
 */
function keepKey(event) {
  if (!asking()) return;
  event.stopPropagation();
  pressKey(event);
}

/** @param {KeyboardEvent} event */
function pressKey(event) {
  const key = event.key.toUpperCase();
  if (!shortcutsOn() || !mayCommand(event) || !/^[1-9A-Z]$/.test(key)) return;
  const wanted = find(`[aria-keyshortcuts="${key}"]`, dialog);
  if (wanted) whenAlone(event, wanted, () => wanted.isConnected && wanted.click());
}

addEventListener("keydown", keepKey, { capture: true });
// The browser reports it a moment later, when the next question may be open already.
dialog.addEventListener("close", () => !dialog.open && dismiss());
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dismiss(); // outside the box
});
