// The branch's data in this browser: its counter and team, and the clerk's own habits.

import { findAll, page, store, stored } from "/static/js/page.js";

/** @typedef {{ counter: string, team: string | null }} LastCounter */

/** @param {string} name */
const key = (name, branch = page.branch) => `queue.counter.${branch}.${name}`;

/**
 * The value under a name, or null.
 * @param {string} name
 */
export const load = (name) => stored(key(name));

/**
 * All values under names that begin so, and a dot.
 * @param {string} name
 * @returns {unknown[]}
 */
export function loadAll(name) {
  try {
    const names = Object.keys(localStorage).filter((one) => one.startsWith(`${key(name)}.`));
    return names.map(stored).filter((one) => one !== null);
  } catch {
    return [];
  }
}

/**
 * The counter and the team that were chosen last, or null.
 * @returns {LastCounter | null}
 */
export const lastCounter = () => load("last");

/**
 * Keep a value under a name; null forgets it.
 * @param {string} name
 * @param {unknown} value
 */
export const save = (name, value) => store(key(name), value);

/** The counter in the address, which counts for more than the one that was kept; or null. */
export const counterInAddress = () => new URLSearchParams(location.search).get("counter");

/**
 * Write the counter into the address: a reload, a bookmark, the other language come back to it.
 * @param {string | null} counterId
 */
export function showInAddress(counterId) {
  const url = new URL(location.href);
  url.searchParams.delete("lang"); // the browser keeps the language by itself
  if (counterId) url.searchParams.set("counter", counterId);
  else url.searchParams.delete("counter");
  history.replaceState(null, "", url);
  for (const link of findAll("a[hreflang]")) {
    if (!(link instanceof HTMLAnchorElement)) continue;
    const other = new URL(url);
    other.searchParams.set("lang", link.hreflang);
    link.href = other.href;
  }
}

/** Whether keys of one letter do something; a clerk may switch them off. */
export const shortcutsOn = () => load("shortcuts") !== false;

/**
 * Switch them on or off, at the counters of the page's branch or of several.
 * @param {boolean} on
 * @param {string[]} branches
 */
export function switchShortcuts(on, branches = [page.branch]) {
  for (const branch of branches) store(key("shortcuts", branch), on ? null : false);
  showWhetherOn();
}

/** Show the keys on the buttons only if they do something. */
export function showWhetherOn() {
  document.documentElement.toggleAttribute("data-no-keys", !shortcutsOn());
}
