// The display speaks all languages of its branch at once, and each call in its ticket's own.

import { el } from "../page.js";
import { placeName } from "../places.js";
import { locale, t } from "../texts.js";

let spoken = ["da", "en"];

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
