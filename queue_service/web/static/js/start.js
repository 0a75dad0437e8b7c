// The start page's line of each branch, fetched from the server again and again.

import { $ } from "./page.js";
import { redraw } from "./redraw.js";

const EVERY_MS = 15_000;
const TIMEOUT_MS = 8000;

async function refresh() {
  if (document.hidden) return;
  const fresh = await fetched();
  $("#now-stale").hidden = fresh !== null;
  if (fresh) redraw($("#now"), fresh);
}

/** The section as the server has it now; null if it does not answer. */
async function fetched() {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch("/", { credentials: "same-origin", cache: "no-store", signal });
    if (!response.ok) return null;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return page.querySelector("#now") instanceof HTMLElement
      ? /** @type {HTMLElement} */ (page.querySelector("#now"))
      : null;
  } catch {
    return null;
  }
}

setInterval(refresh, EVERY_MS);
document.addEventListener("visibilitychange", refresh);
