// The times before which a citizen may ask not to be called, as staff offer them.

import { get } from "./api.js";
import { page } from "./page.js";
import { serverClock } from "./server-clock.js";
import { quartersWithin } from "./times.js";

const MOST = 9; // each has a digit
const QUARTERS = 4; // then half hours
const HALF_HOUR_MS = 30 * 60_000;

/**
 * The times to choose from, in ms: the next quarters of an hour, and then half hours.
 * @param {[number, number][]} hours of today
 * @param {number} now
 */
export const offeredTimes = (hours, now) =>
  quartersWithin(hours, now)
    .filter((at, index) => index < QUARTERS || at % HALF_HOUR_MS === 0).slice(0, MOST);

/**
 * The same for the page's branch, whose calendar the server knows.
 * @returns {Promise<number[]>}
 * @throws {import("./api.js").ApiError}
 */
export async function laterToday() {
  const hours = `${location.origin}/counter/${encodeURIComponent(page.branch)}/hours`;
  const { today } = await get(hours, { retry: false });
  return offeredTimes(today, serverClock.now());
}
