// The display speaks all languages of its branch at once, and each call in its ticket's own.

import { el } from "/static/js/page.js";
import { isPlace } from "/static/js/places.js";
import { locale, t } from "/static/js/texts.js";

let inOrder = ["da", "en"];

/** The branch's languages, the first in front. */
export const languages = () => inOrder;

/** Speak these from now on. */
export function speakIn(codes) {
  inOrder = codes;
}

/** Fill an element with a text in each language. `of(lang)` gives the text. */
export function both(element, of) {
  const texts = inOrder.map((lang) => [lang, of(lang)]);
  const different = texts.filter(
    ([, text], index) => text && texts.findIndex(([, other]) => other === text) === index,
  );
  element.replaceChildren(
    ...different.flatMap(([lang, text]) => [el("span", { lang }, text), " "]),
  );
}

/** Have an element say another text from now on. */
export function showBoth(element, key) {
  if (element.dataset.both === key) return;
  element.dataset.both = key;
  both(element, (lang) => t(key, {}, lang));
}

/** Fill every element below root that is marked data-both="key". */
export function translateBoth(root) {
  for (const element of root.querySelectorAll("[data-both]")) {
    both(element, (lang) => t(element.dataset.both, {}, lang));
  }
}

/**
 * What is read aloud: "Number A, zero one two, counter one." Parts with the language of each: where
 * a place has no name in the call's language it is read in its own. `place`: {text, lang}.
 */
export function spoken(call, place, lang) {
  const [, letters, figures] = /^(\D*)(.*)$/.exec(call.number);
  const said = { letters: [...letters].join(" "), digits: digitByDigit(figures, lang) };
  const key = call.again ? "say.again" : "say.call";
  const name = read(place);
  if (place.lang === lang) return [{ text: t(key, { ...said, counter: name }, lang), lang }];
  const [before, after] = t(key, { ...said, counter: "|" }, lang).split("|");
  return [
    { text: before.trim(), lang },
    { text: `${name}${after}`.trim(), lang: place.lang },
  ];
}

// A figure by itself is said as a word. "1." (of "1. sal"), "1st", "2.14" and "B2" are what voices
// know how to read, and are left as they are.
function read({ text, lang }) {
  const place = isPlace(text)
    ? text.charAt(0).toLocaleLowerCase(locale(lang)) + text.slice(1)
    : text;
  return place.replace(
    /(?<![\p{L}\d.,:-])\d(?![\p{L}\d.,:-])/gu,
    (digit) => digitByDigit(digit, lang),
  );
}

const digitByDigit = (figures, lang) =>
  [...figures].map((digit) => (/\d/.test(digit) ? t(`say.${digit}`, {}, lang) : digit)).join(" ");
