// Redraws a part of a page from the server's response, without taking anything out of a hand: what
// has the focus, what is open and what is half chosen stay as they are. Elements are known by their
// ids.

import { find, findAll } from "./page.js";

/**
 * Put `fresh` in the place of `old`.
 * @param {HTMLElement} old
 * @param {HTMLElement} fresh
 */
export function redraw(old, fresh) {
  const { activeElement: focused } = document;
  const had = old.contains(focused) ? focused : null;
  for (const details of findAll("details[id][open]", old)) {
    same(details, fresh)?.setAttribute("open", "");
  }
  for (const field of fields(old)) carryOver(field, same(field, fresh));
  old.replaceWith(fresh);
  if (had) whereItWas(had, fresh)?.focus({ preventScroll: true });
}

/**
 * The element with the focus, else the nearest around it.
 * @param {Element} had
 * @param {HTMLElement} fresh
 */
function whereItWas(had, fresh) {
  for (let one = /** @type {Element | null} */ (had); one; one = one.parentElement) {
    const there = same(one, fresh);
    if (there && (one === had || there.tabIndex === -1)) return there;
  }
  return find("[data-rest]", fresh);
}

/** @param {HTMLElement} root */
const fields = (
  root,
) => /** @type {(HTMLInputElement | HTMLSelectElement)[]} */ (findAll(
  "input[id], select[id]",
  root,
));

/**
 * @param {Element} element
 * @param {HTMLElement} root
 */
const same = ({ id }, root) => id ? find(`#${CSS.escape(id)}`, root) : null;

/**
 * A choice that was made and not sent is kept. An untouched field is as the server says.
 * @param {HTMLInputElement | HTMLSelectElement} field
 * @param {HTMLElement | null} to
 */
function carryOver(field, to) {
  if (field instanceof HTMLInputElement && to instanceof HTMLInputElement) {
    if (field.checked !== field.defaultChecked) to.checked = field.checked;
    if (field.value !== field.defaultValue) to.value = field.value;
  } else if (field instanceof HTMLSelectElement && to instanceof HTMLSelectElement) {
    to.value = field.value;
  }
}
