// Before a number is given: what to bring, what citizens can do themselves, and who needs no number.

import { asApiError, post } from "/static/js/api.js";
import { $, el, icon, newKey, page, show, store, stored } from "/static/js/page.js";
import { language, named, t } from "/static/js/texts.js";
import { isLost } from "./issue.js";
import { serviceNames, setup } from "./setup.js";

/** @import { PublicEntry } from "/static/js/types.d.ts" */
/**
 * Somebody who needed no number, not yet told to the service; `at` is when (ms).
 * @typedef {{ service: string, key: string, at: number }} Saved
 */

const KEPT = `kiosk.saved.${page.branch}`;
const KEPT_MS = 600_000; // it is counted in the hour that it is sent
const MOST_KEPT = 20;

/**
 * What the playbook says to citizens of a service in a language; null for nothing.
 * @param {string} service
 * @param {string} lang
 * @returns {{ bring: string[], own: { text: string, address: string } | null } | null}
 */
export function publicText(service, lang = language()) {
  const texts = entryOf(service)?.texts ?? {};
  return texts[lang] ?? Object.values(texts)[0] ?? null;
}

/**
 * Whether the kiosk asks before it gives a number for a service.
 * @param {string} service
 */
export const asksFirst = (service) =>
  (entryOf(service)?.ask ?? false) && publicText(service) !== null;

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
  const { bring, own } = text;
  $("#ready-service").textContent = named(serviceNames(service));
  $("#ready-title").textContent = t(bring.length ? "ready.bring" : "ready.own");
  show("#ready-bring", bring.length > 0);
  $("#ready-bring").replaceChildren(
    ...bring.map((line) => el("li", {}, icon("check"), el("span", {}, line))),
  );
  show("#ready-own", own !== null);
  show("#ready-own-title", bring.length > 0);
  $("#ready-own-text").textContent = own?.text ?? "";
  $("#ready-own-address").textContent = (own?.address ?? "").replace(/^https:\/\/(www\.)?/, "");
  show("#ready-none", !hasTicket);
}

/**
 * Count somebody who needs no number. What the line does not let through is sent later.
 * @param {string} service
 */
export function countSaved(service) {
  const kept = [...unsent(), { service, key: newKey(), at: Date.now() }];
  store(KEPT, kept.slice(-MOST_KEPT));
  return sendSaved();
}

/** Send what could not be sent before. */
export async function sendSaved() {
  for (const one of unsent()) {
    try {
      await post("/saved-visits", { service: one.service }, { key: one.key, retry: false });
    } catch (thrown) {
      const error = asApiError(thrown);
      if (isLost(error) || error.status === 429) return;
    }
    const left = unsent().filter(({ key }) => key !== one.key);
    store(KEPT, left.length ? left : null);
  }
}

/** @returns {Saved[]} */
const unsent = () =>
  (stored(KEPT) ?? []).filter((/** @type {Saved} */ { at }) => Math.abs(Date.now() - at) < KEPT_MS);
