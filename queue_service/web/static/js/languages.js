// The languages that the service speaks, as the server lists them with every page.

/** @import { LanguageFacts } from "./types.d.ts" */

const block = document.getElementById("languages");

/** @type {Record<string, LanguageFacts>} */
const known = block ? JSON.parse(block.textContent) : {};

/** Their codes; a name that a language lacks is taken from the first of them that has it. */
export const codes = Object.keys(known);

/**
 * The locale of a language, for numbers, dates and lists: Latin digits and the Gregorian calendar in
 * each, as ticket numbers and the town's own calendar have them.
 * @param {string} lang
 */
export const localeOf = (lang) => known[lang] ? `${known[lang].locale}-u-ca-gregory-nu-latn` : lang;

/**
 * The language tag that the best voice of a language has.
 * @param {string} lang
 */
export const voiceOf = (lang) => known[lang]?.locale ?? lang;

/**
 * The direction in which a language is written.
 * @param {string} lang
 */
export const directionOf = (lang) => known[lang]?.direction ?? "ltr";

/**
 * The mark between hours and minutes.
 * @param {string} lang
 */
export const clockMark = (lang) => known[lang]?.clock ?? ":";

/**
 * The names of weekdays, from Monday on, and months in a language whose names browsers do not know.
 * @param {string} lang
 */
export const dateNames = (lang) => known[lang]?.date_names;

/**
 * A name of a day, a month or a service within a sentence, where some languages begin it small.
 * @param {string} name
 * @param {string} lang
 */
export function withinSentence(name, lang) {
  // "MitID", "CPR" and "EU-pas" keep their capitals in any language.
  const plain = /^\p{Lu}\p{Ll}[\p{Ll}-]*(\s|$)/u.test(name);
  return known[lang]?.lower_within && plain
    ? name.charAt(0).toLocaleLowerCase(localeOf(lang)) + name.slice(1)
    : name;
}

/**
 * The name of another language in a language: "engelsk"; the code itself for an unknown one.
 * @param {string} code
 * @param {string} lang
 */
export const languageName = (code, lang) =>
  new Intl.DisplayNames([localeOf(lang)], { type: "language" }).of(code) ?? code;

/**
 * "Danish and English".
 * @param {string[]} names
 * @param {string} lang
 */
export const listed = (names, lang) => new Intl.ListFormat(localeOf(lang)).format(names);

/**
 * The services that a number is for: "Pas ×4 og Kørekort".
 * @param {{ service: string, people: number }[]} wanted
 * @param {(service: string) => string} nameOf
 * @param {string} lang
 */
export const listedErrands = (wanted, nameOf, lang) =>
  listed(
    wanted.map(({ service, people }) =>
      people > 1 ? `${nameOf(service)} ×${people}` : nameOf(service)
    ),
    lang,
  );
