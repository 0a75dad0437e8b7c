// Everything is on the screen at once, in whole words: text that does not fit gets smaller.

import { $, el, findAll } from "/static/js/page.js";
import { language, named, nameLanguage } from "/static/js/texts.js";

/** @import { Translations } from "/static/js/types.d.ts" */

const SIZES = [1, 0.93, 0.86, 0.8, 0.74, 0.68];
const LEAST_WORD = 0.75; // how small a button's text may become for the sake of its longest word
const LEAST_HEADING = 0.5;
const TALL_PX = 1400; // a tall screen: what is touched is in its lower half

const main = $("#main");

/** Whether the page is no larger than the screen. */
export const fits = () => {
  const { scrollHeight, scrollWidth } = document.documentElement;
  return scrollHeight <= innerHeight && scrollWidth <= innerWidth;
};

/** The size of letters that the reader has set in the browser, in px. */
export function readersSize() {
  const probe = document.createElement("span");
  probe.style.fontSize = "medium";
  document.body.append(probe);
  const size = parseFloat(getComputedStyle(probe).fontSize);
  probe.remove();
  return size;
}

/** Whether the screen is tall enough for buttons to be out of reach at its top. */
export const tall = () => innerHeight >= TALL_PX && innerHeight > innerWidth;

/**
 * Measure with the countdown in sight, so that its coming moves nothing.
 * @template T
 * @param {() => T} work
 * @returns {T}
 */
export function measured(work) {
  main.toggleAttribute("data-measuring", true);
  try {
    return work();
  } finally {
    main.toggleAttribute("data-measuring", false);
  }
}

/**
 * Scale the screen on show down until it fits, and leave out what has data-spare if it does not; one
 * that is zoomed far in scrolls.
 */
export function fitScreen() {
  measured(() => {
    for (const spared of [false, true]) {
      main.toggleAttribute("data-spared", spared);
      if (SIZES.some(fitsIn)) return;
    }
    scale(1);
  });
}

/** @param {number} size */
function fitsIn(size) {
  scale(size);
  for (const text of findAll(".screen:not([hidden]) [data-words]", main)) {
    fitWords(text, LEAST_HEADING);
  }
  return fits();
}

/**
 * Set how large everything is, as a share of the usual.
 * @param {number} size
 */
export function scale(size) {
  const { style } = document.documentElement;
  // The same again would have every element styled once more.
  if (style.getPropertyValue("--fit") !== String(size)) style.setProperty("--fit", String(size));
}

/**
 * Shrink a text until its longest word has room; false if it would get too small.
 * @param {HTMLElement} element
 */
export function fitWords(element, least = LEAST_WORD) {
  element.style.fontSize = "";
  const room = element.clientWidth;
  const needed = element.scrollWidth;
  if (needed <= room || room === 0) return true;
  const size = parseFloat(getComputedStyle(element).fontSize);
  element.style.fontSize = `${Math.max(least, (room / needed) * 0.98) * size}px`;
  return element.scrollWidth <= element.clientWidth;
}

/**
 * Put a configured name ({"da": "Pas"}) into an element, in whole words: not broken at a hyphen, and
 * marked with its language where that is not the page's.
 * @param {HTMLElement} element
 * @param {Translations} translations
 */
export function putName(element, translations) {
  const lang = nameLanguage(translations);
  if (lang === language()) element.removeAttribute("lang");
  else element.lang = lang;
  const name = words(named(translations));
  // Isolated: it keeps its own direction, and stays where the page's language puts it.
  element.replaceChildren(...(lang === language() ? name : [el("bdi", {}, name)]));
}

/**
 * A text as words that are not broken.
 * @param {string} text
 */
const words = (text) =>
  text.split(/(\s+)/).map((
    part,
  ) => (part.includes("-") ? el("span", { class: "word nowrap" }, part) : part));
