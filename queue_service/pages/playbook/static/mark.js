// The matches of a search, marked in place: as text, never as HTML.

import { el } from "/static/js/page.js";
import { pieces } from "./search.js";

/**
 * A text with each place that was looked for marked.
 * @param {string} text
 * @param {string} search
 * @returns {(HTMLElement | string)[]}
 */
export const marked = (text, search) =>
  pieces(text, search).map((piece) => piece.found ? el("mark", {}, piece.text) : piece.text);

/**
 * Mark what was looked for in all texts within an element.
 * @param {Node} within
 * @param {string} search
 */
export function markWithin(within, search) {
  if (search.trim() === "") return;
  const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(/** @type {Text} */ (walker.currentNode));
  for (const text of texts) text.replaceWith(...marked(text.data, search));
}
