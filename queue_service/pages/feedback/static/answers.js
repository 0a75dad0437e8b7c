// Answers on their way: what the line does not let through is kept, and sent when it is back.

import { asApiError, post } from "/static/js/api.js";
import { newKey, store, stored } from "/static/js/page.js";

const KEPT = "queue-feedback";
const MOST_KEPT = 200;
const APART_MS = 5100; // the server takes answers closer to each other for repeats of one hand

/** @typedef {{ key: string, ratings: Record<string, number> }} Kept */

/** @type {Kept[]} */
let kept = stored(KEPT) ?? [];
let sending = false;
let sentAt = -Infinity; // performance.now

/**
 * Send what a citizen answered, by question; in its turn, where others wait.
 * @param {Record<string, number>} ratings
 */
export function send(ratings) {
  keep([...kept, { key: newKey(), ratings }].slice(-MOST_KEPT));
  return sendKept();
}

/** Send what is kept, the oldest first, one at a time. */
export async function sendKept() {
  if (sending || kept.length === 0) return;
  const early = sentAt + APART_MS - performance.now();
  if (early > 0) {
    setTimeout(sendKept, early);
    return;
  }
  sending = true;
  const [first] = kept;
  try {
    await post("/feedback", first.ratings, { key: first.key, retry: false });
    keep(kept.filter((one) => one !== first));
    sentAt = performance.now();
  } catch (thrown) {
    if (!isPassing(asApiError(thrown))) keep(kept.filter((one) => one !== first));
  }
  sending = false;
}

/** @param {import("/static/js/api.js").ApiError} error */
const isPassing = ({ code, status }) =>
  code === "network" || code === "store_unavailable" || status === 401 || status === 429;

/** @param {Kept[]} now */
function keep(now) {
  kept = now;
  store(KEPT, kept.length > 0 ? kept : null);
}
