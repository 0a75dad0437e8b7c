// Before a number is given: what to bring, what citizens can do themselves, and who needs no number.

import { asApiError, post } from "/static/js/api.js";
import { $, el, newKey, page, pause, show, store, stored } from "/static/js/page.js";
import { directionOf, languageName } from "/static/js/languages.js";
import { capitalised, language, named, nameLanguage, t } from "/static/js/texts.js";
import { serviceNames, setup } from "./setup.js";

/** @import { PublicEntry, PublicText } from "/static/js/types.d.ts" */
/**
 * A citizen who needed no number, not yet sent to the service; `at` is when (ms).
 * @typedef {{ service: string, key: string, at: number }} Saved
 */

const KEPT = `kiosk.saved.${page.branch}`;
const KEPT_MS = 600_000; // it is counted in the hour that it is sent
const MOST_KEPT = 20;
const APART_MS = 2100; // the server takes what comes sooner for a second press of the same hand

/** @type {Saved[]} */
let kept = stored(KEPT) ?? [];
let sending = false;

/**
 * The public text of the playbook for a service in a language, or as near as it can be had: `lang`
 * is the language of the text. Null for none.
 * @param {string} service
 * @param {string} wanted
 * @returns {PublicText & { lang: string } | null}
 */
export function publicText(service, wanted = language()) {
  const texts = entryOf(service)?.texts ?? {};
  const lang = nameLanguage(texts, wanted);
  return lang in texts ? { ...texts[lang], lang } : null;
}

/**
 * The things to bring for a service, each with the language of its text.
 * @param {string} service
 * @param {string} wanted
 */
export function bringLines(service, wanted) {
  const { bring = [], lang = wanted } = publicText(service, wanted) ?? {};
  return bring.map((text) => ({ text, lang }));
}

/**
 * Whether the kiosk asks before it gives a number for a service. A citizen who cannot read that they
 * may need none is not asked.
 * @param {string} service
 */
export function asksFirst(service) {
  const text = publicText(service);
  const readable = text?.lang === language() || (text?.bring ?? []).length > 0;
  return (entryOf(service)?.ask ?? false) && text !== null && readable;
}

/**
 * @param {string} service
 * @returns {PublicEntry | undefined}
 */
const entryOf = (service) => setup().playbook[service];

/**
 * Draw the screen for a service.
 * @param {string} service
 * @param {boolean} hasTicket who holds a number already needs no second way to have none
 */
export function drawReady(service, hasTicket) {
  const text = publicText(service);
  if (text === null) return;
  const { bring, own, lang } = text;
  const translated = lang === language();
  $("#ready-service").textContent = named(serviceNames(service));
  $("#ready-title").textContent = t(bring.length ? "ready.bring" : "ready.own");
  show("#ready-language", !translated);
  $("#ready-language").textContent = capitalised(languageName(lang, lang), lang);
  markLanguage(lang, "#ready-language", "#ready-bring", "#ready-own-text");
  show("#ready-bring", bring.length > 0);
  $("#ready-bring").replaceChildren(
    ...bring.map((line) => el("li", { class: "ready__item" }, line)),
  );
  show("#ready-own", own !== null);
  show("#ready-own-title", bring.length > 0 && translated);
  $("#ready-own-text").textContent = own?.text ?? "";
  $("#ready-own-address").textContent = (own?.address ?? "").replace(/^https:\/\/(www\.)?/, "");
  show("#ready-none", !hasTicket && translated);
}

/**
 * Mark elements with the language of their texts, which may differ from the screen's.
 * @param {string} lang
 * @param {string[]} selectors
 */
export function markLanguage(lang, ...selectors) {
  for (const selector of selectors) {
    $(selector).lang = lang;
    $(selector).dir = directionOf(lang);
  }
}

/**
 * Count somebody who needs no number. A count that fails on the connection is sent later.
 * @param {string} service
 */
export function countSaved(service) {
  keep([...unsent(), { service, key: newKey(), at: Date.now() }].slice(-MOST_KEPT));
  return sendSaved();
}

/** Send what could not be sent before, one after the other. */
export async function sendSaved() {
  if (sending) return;
  sending = true;
  for (let one = unsent()[0]; one; one = unsent()[0]) {
    if (!(await isSettled(one))) break;
    const { key } = one;
    keep(unsent().filter((other) => other.key !== key));
    await pause(APART_MS);
  }
  sending = false;
}

/** @param {Saved} one */
async function isSettled({ service, key }) {
  try {
    await post("/saved-visits", { service }, { key, retry: false });
    return true;
  } catch (thrown) {
    const error = asApiError(thrown);
    return !error.isLost && error.status !== 429;
  }
}

const unsent = () => kept.filter(({ at }) => Math.abs(Date.now() - at) < KEPT_MS);

/** @param {Saved[]} now */
function keep(now) {
  kept = now;
  store(KEPT, now.length > 0 ? now : null);
}
