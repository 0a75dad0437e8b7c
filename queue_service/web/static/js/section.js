// A section of a page that is fetched from the server again and again.

import { $ } from "./page.js";
import { redraw } from "./redraw.js";

const TIMEOUT_MS = 8000;

/**
 * Keep the element with this id as the server has it, while the page is seen.
 * @param {string} id
 * @param {number} everyMs
 * @param {(fresh: boolean) => void} told whether the server has answered
 */
export function keepFresh(id, everyMs, told = () => {}) {
  async function refresh() {
    if (document.hidden) return;
    const fresh = await fetched(id);
    told(fresh !== null);
    if (fresh) redraw($(`#${id}`), fresh);
  }
  setInterval(refresh, everyMs);
  document.addEventListener("visibilitychange", refresh);
}

/**
 * The section of this page as the server has it now; null if it does not answer.
 * @param {string} id
 */
async function fetched(id) {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const { pathname } = location;
    const response = await fetch(pathname, {
      credentials: "same-origin",
      cache: "no-store",
      signal,
    });
    if (!response.ok) return null;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return page.getElementById(id);
  } catch {
    return null;
  }
}
