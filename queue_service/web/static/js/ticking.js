// Elements that change with the time, second by second.

import { setText } from "./page.js";

/** @type {Map<HTMLElement, (element: HTMLElement) => void>} */
const ticking = new Map();

/**
 * Keep an element up to date: `update` now and every second while it is on the page.
 * @template {HTMLElement} E
 * @param {E} element
 * @param {(element: HTMLElement) => void} update
 */
export function keep(element, update) {
  ticking.set(element, update);
  update(element);
  return element;
}

/**
 * Keep an element's text up to date.
 * @template {HTMLElement} E
 * @param {E} element
 * @param {() => string} text
 */
export const keepText = (element, text) => keep(element, (kept) => setText(kept, text()));

/** Bring every element up to date; the page calls this every second. */
export function tick() {
  for (const [element, update] of ticking) {
    if (element.isConnected) update(element);
    else ticking.delete(element);
  }
}
