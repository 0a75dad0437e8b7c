// Answers on their way: an answer that fails on the connection is kept, and sent when it is back.

import { asApiError, post } from "/static/js/api.js";
import { newKey, page, store, stored } from "/static/js/page.js";

const KEPT = `feedback.${page.branch}`;
const MOST_KEPT = 200;
// The server takes answers closer to each other for repeats of one hand, and counts ten in five minutes.
const APART_MS = 5100;
const BACKLOG_APART_MS = 31_000;
const REFUSED = [400, 404, 409, 413, 415, 422]; // sent again it would be refused again

/** @typedef {{ key: string, ratings: Record<string, number> }} Kept */

/**
 * The answers if storage is refused.
 * @type {Kept[]}
 */
let unstored = [];
let sending = false;
let sentAt = -Infinity; // performance.now

/** @returns {Kept[]} */
const kept = () => stored(KEPT) ?? unstored;

/**
 * Send what a citizen answered, by question; in its turn, where others wait.
 * @param {Record<string, number>} ratings
 */
export function send(ratings) {
  keep([...kept(), { key: newKey(), ratings }].slice(-MOST_KEPT));
  return sendKept();
}

/** Send what is kept, the oldest first, one at a time. */
export async function sendKept() {
  const waiting = kept();
  if (sending || waiting.length === 0) return;
  const apart = waiting.length > 1 ? BACKLOG_APART_MS : APART_MS;
  const early = sentAt + apart - performance.now();
  if (early > 0) {
    setTimeout(sendKept, early);
    return;
  }
  sending = true;
  const [first] = waiting;
  try {
    await post("/feedback", first.ratings, { key: first.key, retry: false });
    sentAt = performance.now();
    forget(first.key);
  } catch (thrown) {
    const { status, code } = asApiError(thrown);
    if (code === "branch_elsewhere") location.reload(); // the page says so; the answer is kept
    else if (REFUSED.includes(status)) forget(first.key);
  }
  sending = false;
}

/** @param {string} key */
const forget = (key) => keep(kept().filter((one) => one.key !== key));

/** @param {Kept[]} now */
function keep(now) {
  unstored = now;
  store(KEPT, now.length > 0 ? now : null);
}
