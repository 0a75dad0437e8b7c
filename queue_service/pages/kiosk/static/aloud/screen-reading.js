// The parts of the screen on show as they are read aloud: its texts, then its buttons. They are read
// from the page itself, so that nothing is said that is not on the screen, nor left out.

import { findAll } from "/static/js/page.js";
import { language, t } from "/static/js/texts.js";

/**
 * A part: its `text` as it is said in `lang`, `twice` if it is a number, its `button` if it is one.
 * `here`: it belongs to the screen on show, and not to the frame around every screen.
 * @typedef {{
 *   text: string,
 *   lang: string,
 *   twice: boolean,
 *   element: HTMLElement,
 *   button: HTMLButtonElement | null,
 *   here: boolean,
 * }} Part
 */

const WHOLE = "p, li, h1, h2, h3, caption, tbody > *, button"; // read in one breath
const UNSEEN = ".visually-hidden, svg, .print";
const PAUSE = "\n"; // between two parts of a button or a row
const TICKET = /(?<![\p{L}\d])(\p{Lu}{1,3})(\d{3,})(?!\d)/gu;

/** The parts in the order of the keys: the screen's texts, its buttons, and what is around it. */
export function partsOnShow() {
  const dialog = findAll("dialog[open]");
  const roots = dialog.length ? dialog : findAll(".screen:not([hidden]), .foot, .mast");
  const parts = roots.flatMap((root) => partsOf(root));
  const order = (/** @type {Part} */ part) => 2 * Number(!part.here) + Number(part.button !== null);
  return parts.sort((one, other) => order(one) - order(other));
}

/** A text that differs between any two screens, or states of one that are news to the citizen. */
export const screenOnShow = () =>
  [
    language(),
    ...findAll("dialog[open] h2, .screen:not([hidden]) h1, #page-which, #home-note, .facts__news")
      .filter((element) => element.checkVisibility()).map(seen),
  ].join("\n");

/**
 * @param {HTMLElement} root
 * @returns {Part[]}
 */
function partsOf(root) {
  if (!isSeen(root)) return [];
  const whole = root.matches(WHOLE) && root.querySelector(".number, button") === null;
  const children = /** @type {HTMLElement[]} */ ([...root.children]);
  const button = root instanceof HTMLButtonElement ? root : null;
  const ownText = [...root.childNodes].some((node) =>
    node.nodeType === 3 && node.nodeValue?.trim()
  );
  if (!whole && !ownText) return children.flatMap((child) => partsOf(child));
  const text = seen(root) || (button?.ariaLabel ?? ""); // a drawing alone, such as the key that deletes
  if (text === "") return [];
  const lang = langOf(root, text);
  const around = root.closest(".mast, .languages, .call") !== null;
  return [{
    text: spelled(text, lang),
    lang,
    twice: root.matches(".number") && root.closest("h1") !== null,
    element: root,
    button,
    here: !around,
  }];
}

/**
 * Whether an element is on the screen; one without a box of its own is if its children are.
 * @param {HTMLElement} element
 */
const isSeen = (element) =>
  !element.matches(UNSEEN) &&
  (element.checkVisibility() || getComputedStyle(element).display === "contents");

/**
 * The visible text of an element; its labelled parts are said one after the other.
 * @param {HTMLElement} element
 * @returns {string}
 */
function seen(element) {
  if (!isSeen(element)) return "";
  const texts = [...element.childNodes].map((node) => {
    if (!(node instanceof HTMLElement)) return node.nodeType === 3 ? node.nodeValue ?? "" : "";
    const text = seen(node);
    return text && (node.className.includes("__") || node.matches("td, th, h2, p"))
      ? `${PAUSE}${text}${PAUSE}`
      : text;
  });
  return texts.join("").replace(/[\u2066-\u2069\u00ad]/g, "").replace(/[^\S\n]+/g, " ")
    .split(PAUSE).map((text) => text.trim()).filter((text) => text !== "")
    .reduce(
      (all, text) => /(^|[.,:;!?…–،؟])$/u.test(all) ? `${all} ${text}` : `${all}, ${text}`,
      "",
    )
    .trim();
}

/**
 * The language of a text: that of the part with all of it, such as a name without a translation.
 * @param {HTMLElement} element
 * @param {string} text
 */
function langOf(element, text) {
  const whole = findAll("[lang]", element).find((part) => seen(part) === text);
  return (whole ?? /** @type {HTMLElement | null} */ (element.closest("[lang]")))?.lang ||
    language();
}

/**
 * Numbers of tickets are said digit by digit: "A, zero one two".
 * @param {string} text
 * @param {string} lang
 */
export const spelled = (text, lang) =>
  text.replace(
    TICKET,
    (_, letters, digits) =>
      `${[...letters].join(" ")}, ${
        [...digits].map((digit) => t(`say.${digit}`, {}, lang)).join(" ")
      }`,
  );
