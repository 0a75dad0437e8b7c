// Redrawing a part of the page only when it changed, without taking the focus away.

import { keyName } from "/static/js/keys.js";
import { el, find, icon, shown } from "/static/js/page.js";
import { t } from "/static/js/texts.js";

/** @import { Command } from "/static/js/keys.js" */
/** @import { Child } from "/static/js/page.js" */

/** @type {WeakMap<Element, string>} */
let drawn = new WeakMap();

/** Redraw everything the next time, because names may have changed. */
export function forgetDrawn() {
  drawn = new WeakMap();
}

/**
 * Fill `root` with the result of `make()`, unless `signature` is as it was. The element that had the
 * focus has it again, recognised by its data-key; if it is gone, the heading has it.
 * @param {HTMLElement} root
 * @param {unknown} signature anything JSON
 * @param {() => Child | Child[]} make
 */
export function draw(root, signature, make) {
  const text = JSON.stringify(signature);
  if (drawn.get(root) === text) return;
  drawn.set(root, text);
  const { activeElement } = document;
  const focused = root.contains(activeElement) ? /** @type {HTMLElement} */ (activeElement) : null;
  const key = focused?.dataset.key;
  root.replaceChildren(...shown([make()].flat()));
  if (!focused) return;
  const again = key ? find(`[data-key="${CSS.escape(key)}"]`, root) : null;
  (again ?? find("#stage-title"))?.focus({ preventScroll: true });
}

/**
 * A shortcut as shown on a button; hidden where shortcuts are off or there is no keyboard.
 * @param {string} text
 */
export const hint = (text) => el("kbd", { class: "key", "aria-hidden": "true" }, text);

/**
 * A command's key as it is written on a button and in the list.
 * @param {Command} command
 */
export function written(command) {
  const name = keyName(command);
  if (name === "Space") return t("help.space");
  return name === "Shift+Space" ? t("help.shift_space") : name;
}

/**
 * A listener for clicks that lets the second of a double click pass: by then another button may are
 * at the position of the first one.
 * @param {() => unknown} press
 */
export const onSingleClick = (press) => (/** @type {MouseEvent} */ event) => {
  if (event.detail < 2) press();
};

/**
 * A button.
 * @param {string} label
 * @param {{
 *   key: string,
 *   press: () => unknown,
 *   command?: Command,
 *   keys?: [shortcuts: string, written: string],
 *   classes?: string,
 *   icon?: string | null,
 * }} options `key`: its name among its siblings; `press`: what it does; `command`: the command whose
 *   key does the same; `keys`: the same of several keys, as aria-keyshortcuts has them and as they
 *   are written ("1–5")
 */
export function button(label, options) {
  const { key, press, command, classes = "", icon: symbol } = options;
  const [shortcut, shown] = options.keys ?? (command ? [keyName(command), written(command)] : []);
  return el(
    "button",
    {
      type: "button",
      class: `button ${classes}`.trim(),
      dataset: { key },
      "aria-keyshortcuts": shortcut,
      on: { click: onSingleClick(press) },
    },
    symbol && icon(symbol),
    el("span", { class: "button__label" }, label),
    shown && hint(shown),
  );
}
