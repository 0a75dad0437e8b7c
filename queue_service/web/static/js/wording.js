// Names of counters and of entries of lists, in the language of a page.

import { codes } from "./languages.js";
import { language, named, t } from "./texts.js";

/** @import { Translations } from "./types.d.ts" */

const COUNTER_WORDS = ["counter", "desk", "room", "office", "window"];

/**
 * Whether a counter's name begins with a word we know in every language: "Skranke 1", "Counter 1".
 * @param {string} name
 */
export const hasCounterWord = (name) => counterWord(name) !== undefined;

/**
 * The name in a language where it begins with such a word; any other stays as it is.
 * @param {string} name
 */
export function translatedCounter(name, lang = language()) {
  const word = counterWord(name);
  return word ? `${t(`place.${word}`, {}, lang)} ${split(name).rest}`.trim() : name;
}

/**
 * A counter's name in a language: one for all languages, like "Skranke 1", is put into it.
 * @param {string | Translations} name
 */
export const counterNamed = (name, lang = language()) =>
  typeof name === "string" ? translatedCounter(name, lang) : named(name, lang);

/**
 * The name of the entry with this id in a list, in the page's language or another; the id if it is
 * gone.
 * @param {{ id: string, name: Translations }[]} list
 * @param {string} id
 */
export const nameIn = (list, id, lang = language()) =>
  named(list.find((one) => one.id === id)?.name ?? { [lang]: id }, lang);

/** @param {string} name */
function counterWord(name) {
  const first = split(name).first.toLowerCase();
  return COUNTER_WORDS.find((word) =>
    codes.some((lang) => t(`place.${word}`, {}, lang).toLowerCase() === first)
  );
}

/** @param {string} name */
function split(name) {
  const [, first, rest] = /^(\p{L}+)\s+(\S.*)$/u.exec(name) ?? [null, name, ""];
  return { first, rest };
}
