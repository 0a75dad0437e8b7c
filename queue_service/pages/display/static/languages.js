// The display speaks all languages of its branch, and each call in its ticket's own. It is written in
// two at once: the first, and a call's own or one that takes turns with the others.

import { el, findAll } from "/static/js/page.js";
import { codes, directionOf } from "/static/js/languages.js";
import { locale, t } from "/static/js/texts.js";
import { hasCounterWord } from "/static/js/wording.js";

/** @import { Call } from "./calls.js" */
/** @typedef {{ text: string, lang: string }} Name a name and the language it is in */

const ISOLATES = /[\u2066-\u2069]/g; // they turn the direction of what is written, and have no sound
const WRITTEN = 2; // languages at once: more would be small, and nobody reads far

let inOrder = codes;
let turn = 0;

/** The branch's languages, the first in front. Calls are spoken in each. */
export const languages = () => inOrder;

/** The languages on show now: the first, and one of the others, which take turns. */
export function written() {
  const [first, ...others] = inOrder;
  return others.length ? [first, others[turn % others.length]] : [first];
}

/**
 * Show the language whose turn it is; whether that changes what is on show.
 * @param {number} now the number of the turn
 */
export function turnTo(now) {
  const before = written().join();
  turn = now;
  return written().join() !== before;
}

/**
 * The languages in which a call is written: the first, and the one that it is made in.
 * @param {string} own
 */
export const writtenFor = (own) => [...new Set([inOrder[0], own, ...inOrder])].slice(0, WRITTEN);

/**
 * Speak these from now on.
 * @param {string[]} codes
 */
export function speakIn(codes) {
  inOrder = codes;
}

/**
 * Fill an element with a text in each language on show. `of(lang)` gives the text.
 * @param {HTMLElement} element
 * @param {(lang: string) => string} of
 */
export function both(element, of, langs = written()) {
  const texts = langs.map((lang) => [lang, of(lang)]);
  const different = texts.filter(
    ([, text], index) => text && texts.findIndex(([, other]) => other === text) === index,
  );
  element.replaceChildren(
    ...different.flatMap((
      [lang, text],
    ) => [el("span", { lang, dir: directionOf(lang) }, text), " "]),
  );
}

/**
 * Have an element say another text from now on.
 * @param {HTMLElement} element
 * @param {string} key
 */
export function showBoth(element, key) {
  if (element.dataset.both === key) return;
  element.dataset.both = key;
  both(element, (lang) => t(key, {}, lang));
}

/**
 * Fill every element below root that is marked data-both="key".
 * @param {ParentNode} root
 */
export function translateBoth(root) {
  for (const element of findAll("[data-both]", root)) {
    both(element, (lang) => t(element.dataset.both ?? "", {}, lang));
  }
}

/**
 * The announcement: "Number A, zero one two, counter one." Parts with the language of each: if a
 * counter has no name in the call's language it is read in its own. `split`: the number and the
 * counter are always parts of their own, as clips are, so that those of a number go with any counter.
 * @param {Pick<Call, "number" | "again">} call
 * @param {Name} counter
 * @param {string} lang
 * @param {{ split?: boolean }} how
 * @returns {Name[]}
 */
export function spoken(call, counter, lang, { split = false } = {}) {
  const [, letters, figures] = /^(\D*)(.*)$/.exec(call.number) ?? [];
  const values = { letters: [...letters].join(" "), digits: digitByDigit(figures, lang) };
  const key = call.again ? "say.again" : "say.call";
  const name = read(counter);
  const say = (/** @type {string} */ said) =>
    t(key, { ...values, counter: said }, lang).replace(ISOLATES, "");
  if (counter.lang === lang && !split) return [{ text: say(name), lang }];
  const [before, after] = say("|").split("|");
  return [
    { text: before.trim(), lang },
    { text: `${name}${after}`.trim(), lang: counter.lang },
  ].filter(({ text }) => text !== "");
}

/**
 * A figure by itself is said as a word. "1." (of "1. sal"), "1st", "2.14" and "B2" are forms that
 * voices can read, and are left as they are.
 * @param {Name} name
 */
function read({ text, lang }) {
  const name = hasCounterWord(text)
    ? text.charAt(0).toLocaleLowerCase(locale(lang)) + text.slice(1)
    : text;
  return name.replace(
    /(?<![\p{L}\d.,:-])\d(?![\p{L}\d.,:-])/gu,
    (digit) => digitByDigit(digit, lang),
  );
}

/**
 * @param {string} figures
 * @param {string} lang
 */
const digitByDigit = (figures, lang) =>
  [...figures].map((digit) => (/\d/.test(digit) ? t(`say.${digit}`, {}, lang) : digit)).join(" ");
