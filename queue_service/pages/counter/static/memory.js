// What this browser remembers of the branch: its counter and team, and the clerk's own habits.

import { page } from "/static/js/page.js";

const key = (name) => `queue.counter.${page.branch}.${name}`;

/** What was kept under a name, or null. A browser that forbids it remembers nothing. */
export function recall(name) {
  try {
    return JSON.parse(localStorage.getItem(key(name)));
  } catch {
    return null;
  }
}

/** Keep a value under a name; null forgets it. */
export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(key(name));
    else localStorage.setItem(key(name), JSON.stringify(value));
  } catch {
    // Without storage the page works, and asks again the next time.
  }
}

/** The counter in the address, which counts for more than the remembered one; or null. */
export const counterInAddress = () => new URLSearchParams(location.search).get("counter");

/** Write the counter into the address: a reload, a bookmark, the other language come back to it. */
export function showInAddress(counterId) {
  const url = new URL(location);
  url.searchParams.delete("lang"); // the browser keeps the language by itself
  if (counterId) url.searchParams.set("counter", counterId);
  else url.searchParams.delete("counter");
  history.replaceState(null, "", url);
  for (const link of document.querySelectorAll("a[hreflang]")) {
    const other = new URL(url);
    other.searchParams.set("lang", link.hreflang);
    link.href = other;
  }
}

/** Whether keys of one letter do something; a clerk may switch them off. */
export const shortcutsOn = () => recall("shortcuts") !== false;
