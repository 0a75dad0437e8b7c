// Drawing a part of the page anew only when it changed, without taking the focus away.

import { el, icon } from "/static/js/page.js";

const drawn = new WeakMap();

/**
 * Fill `root` with what `make()` gives, unless `signature` (anything JSON) is as it was. What had
 * the focus has it again, recognised by its data-key; where it is gone, the heading has it.
 */
export function draw(root, signature, make) {
  const text = JSON.stringify(signature);
  if (drawn.get(root) === text) return;
  drawn.set(root, text);
  const focused = root.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.dataset.key;
  root.replaceChildren(...[make()].flat().filter(Boolean));
  if (!focused) return;
  const again = key && root.querySelector(`[data-key="${CSS.escape(key)}"]`);
  (again || document.querySelector("#stage-title"))?.focus({ preventScroll: true });
}

/** A shortcut as it stands on a button; hidden where shortcuts are off or there is no keyboard. */
export const hint = (text) => el("kbd", { class: "key", "aria-hidden": "true" }, text);

/**
 * A listener for clicks that lets the second of a double click pass: by then another button may
 * stand where the first one was.
 */
export const once = (press) => (event) => {
  if (event.detail < 2) press(event.currentTarget);
};

/**
 * A button: `key` its name among its siblings, `press` what it does (given the button), `shortcut`
 * the key as aria-keyshortcuts says it and `shown` as it is written ("1"), `look` more classes.
 */
export function button(label, { key, press, shortcut, shown = shortcut, look = "", sign, name }) {
  const attributes = {
    type: "button",
    class: `button ${look}`.trim(),
    dataset: { key },
    "aria-keyshortcuts": shortcut,
    "aria-label": name,
    on: { click: once(press) },
  };
  const parts = [sign && icon(sign), el("span", { class: "button__label" }, label)];
  return el("button", attributes, parts.filter(Boolean), shown ? hint(shown) : null);
}
