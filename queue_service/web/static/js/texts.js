// The texts of the page, in the language chosen; switching needs no server.

import { codes, directionOf, localeOf } from "./languages.js";

/** @import { Texts, Translations, Values } from "./types.d.ts" */

const block = document.getElementById("texts");
/** @type {Texts} */
const texts = block ? JSON.parse(block.textContent) : {};
let current = document.body.dataset.lang ?? codes[0];

/** The language in force, by its code. */
export const language = () => current;

/** The locale for numbers, dates and plurals. */
export const locale = (lang = current) => localeOf(lang);

/**
 * Whether the page has its texts in a language.
 * @param {string} lang
 */
export const speaks = (lang) => lang in texts;

/**
 * Add texts that are no part of the first load.
 * @param {Texts} more
 */
export function addTexts(more) {
  for (const [lang, some] of Object.entries(more)) texts[lang] = { ...texts[lang], ...some };
}

/**
 * Say everything in another language from now on; redraws what is marked with data-t.
 * @param {string} lang
 */
export function setLanguage(lang) {
  if (!speaks(lang)) return;
  current = lang;
  document.documentElement.lang = lang;
  document.documentElement.dir = directionOf(lang);
  translate(document);
}

/**
 * The text of a key, with {names} filled in. `lang` overrides the language in force.
 * @param {string} key
 * @param {Values} values
 */
export function t(key, values = {}, lang = current) {
  const text = texts[lang]?.[key] ?? key;
  const isolated = directionOf(lang) === "rtl";
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = String(values[name] ?? whole);
    return isolated ? `\u2068${value}\u2069` : value;
  });
}

/**
 * The text of a key with a number, in the form that goes with n in the language: `key.one`,
 * `key.few`, `key.many` and so on, by the plural categories of CLDR.
 * @param {string} key
 * @param {number} n
 * @param {Values} values
 */
export function tn(key, n, values = {}, lang = current) {
  const form = `${key}.${new Intl.PluralRules(locale(lang)).select(n)}`;
  const known = form in (texts[lang] ?? {});
  return t(known ? form : `${key}.other`, { n, ...values }, lang);
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
export const named = (translations, lang = current) =>
  translations[nameLanguage(translations, lang)] ?? "";

/**
 * The language of the name that `named` finds, or of any other text by language.
 * @param {Record<string, unknown>} translations
 */
export function nameLanguage(translations, lang = current) {
  const found = Object.keys(translations);
  return [lang, ...codes, ...found].find((code) => translations[code]) ?? lang;
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
 * A text with its first letter a capital, as a line begins.
 * @param {string} text
 */
export const capitalised = (text, lang = current) =>
  text.charAt(0).toLocaleUpperCase(locale(lang)) + text.slice(1);
