// What the page says, in the language chosen; switching needs no server.

/** @import { Texts, Translations, Values } from "./types.d.ts" */

const block = document.getElementById("texts");
/** @type {Texts} */
const texts = block ? JSON.parse(block.textContent) : {};
let current = document.body.dataset.lang ?? "da";
const pageZone = document.body.dataset.zone; // without it the browser's own

/** The language in force: "da" or "en". */
export const language = () => current;

/** The locale for numbers, dates and plurals. English is the British kind: day before month. */
export const locale = (lang = current) => (lang === "en" ? "en-GB" : lang);

/**
 * Say everything in another language from now on; redraws what is marked with data-t.
 * @param {string} lang
 */
export function setLanguage(lang) {
  if (!(lang in texts)) return;
  current = lang;
  document.documentElement.lang = lang;
  translate(document);
}

/**
 * The text of a key, with {names} filled in. `lang` overrides the language in force.
 * @param {string} key
 * @param {Values} values
 */
export function t(key, values = {}, lang = current) {
  const text = texts[lang]?.[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * The text of `key.one` or `key.other`, whichever goes with n in the language.
 * @param {string} key
 * @param {number} n
 * @param {Values} values
 */
export function tn(key, n, values = {}, lang = current) {
  const form = new Intl.PluralRules(lang).select(n) === "one" ? "one" : "other";
  return t(`${key}.${form}`, { n, ...values }, lang);
}

/**
 * Whether the page has such a text.
 * @param {string} key
 */
export const has = (key) => key in (texts[current] ?? {});

/**
 * A name out of a configuration ({"da": "Pas", "en": "Passport"}), as near as it can be had.
 * @param {Translations} translations
 */
export function named(translations, lang = current) {
  return translations[lang] ?? translations.da ?? Object.values(translations)[0] ?? "";
}

/**
 * Which language `named` found that name in.
 * @param {Translations} translations
 */
export function nameLanguage(translations, lang = current) {
  return [lang, "da"].find((code) => code in translations) ?? Object.keys(translations)[0] ?? lang;
}

/**
 * Fill every element below root that is marked: data-t="key", data-t-label="key".
 * @param {ParentNode} root
 */
export function translate(root) {
  for (const element of root.querySelectorAll("[data-t]")) {
    element.textContent = t(element.getAttribute("data-t") ?? "");
  }
  for (const element of root.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.getAttribute("data-t-label") ?? ""));
  }
}

/**
 * The time of day of an instant in the branch, "9.30" or "9:30".
 * @param {string | number | Date} instant RFC 3339, milliseconds or a date
 */
export function clock(instant, timeZone = pageZone, lang = current) {
  /** @type {Intl.DateTimeFormatOptions} */
  const options = { hour: "numeric", minute: "2-digit", timeZone };
  return new Intl.DateTimeFormat(locale(lang), options).format(new Date(instant));
}

/**
 * A text with its first letter a capital, as a line begins.
 * @param {string} text
 */
export const capitalised = (text, lang = current) =>
  text.charAt(0).toLocaleUpperCase(locale(lang)) + text.slice(1);

/**
 * Seconds as "3:07" or "1:03:07", for a running time.
 * @param {number} seconds
 */
export function stopwatch(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const pad = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const tail = `${hours ? pad(minutes) : minutes}:${pad(whole % 60)}`;
  return hours ? `${hours}:${tail}` : tail;
}
