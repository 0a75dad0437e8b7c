// The display speaks all languages of its branch at once, and each call in its ticket's own.

import { el } from "../page.js";
import { locale, t } from "../texts.js";

const PLACES = ["counter", "desk", "room", "office", "window"];
const LANGUAGES = ["da", "en"];
let spoken = LANGUAGES;

/** The branch's languages, the first in front. */
export const languages = () => spoken;

/** Speak these from now on. */
export function speakIn(codes) {
  spoken = codes;
}

/** Fill an element with a text in each language. `of(lang)` gives the text. */
export function both(element, of) {
  const texts = spoken.map((lang) => [lang, of(lang)]);
  const different = texts.filter(
    ([, text], index) => text && texts.findIndex(([, other]) => other === text) === index,
  );
  element.replaceChildren(...different.flatMap(([lang, text]) => [el("span", { lang }, text), " "]));
}

/** Fill every element below root that is marked data-both="key". */
export function translateBoth(root) {
  for (const element of root.querySelectorAll("[data-both]")) {
    both(element, (lang) => t(element.dataset.both, {}, lang));
  }
}

/** A counter's name in another language where it begins with a word we know: "Counter 1". */
export function placeName(name, lang) {
  const [, word, rest] = /^(\p{L}+)\s+(\S.*)$/u.exec(name) ?? [null, name, ""];
  const means = (place) =>
    LANGUAGES.some((known) => same(t(`place.${place}`, {}, known), word));
  const place = PLACES.find(means);
  return place ? `${t(`place.${place}`, {}, lang)} ${rest}`.trim() : name;
}

const same = (one, other) => one.toLowerCase() === other.toLowerCase();

/** What is read aloud: "Number A, zero one two, counter one." */
export function sentence(call, counterName, lang) {
  const [, letters, figures] = /^(\D*)(.*)$/.exec(call.number);
  const place = placeName(counterName, lang).toLocaleLowerCase(locale(lang));
  return t(
    call.again ? "say.again" : "say.call",
    {
      letters: [...letters].join(" "),
      digits: digitByDigit(figures, lang),
      counter: place.replace(/(?<!\d)\d(?!\d)/, (digit) => digitByDigit(digit, lang)),
    },
    lang,
  );
}

const digitByDigit = (figures, lang) =>
  [...figures].map((digit) => (/\d/.test(digit) ? t(`say.${digit}`, {}, lang) : digit)).join(" ");
