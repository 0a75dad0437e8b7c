// The wait on the ticket and its slip: how long, and where to go then.

import { language, t, tn } from "/static/js/texts.js";
import { clock } from "/static/js/times.js";

/** @import { WaitRange } from "/static/js/types.d.ts" */
/** @typedef {{ services: string[], video: unknown }} Desk a counter; `video`: it is a screen in a booth */

/**
 * How a text begins that says where one is called to for a service: a counter, a screen, or either.
 * @param {"slip.called" | "ticket.watch"} key
 * @param {string} service
 * @param {Desk[]} counters
 */
export function whereTo(key, service, counters) {
  const takes = counters.filter(({ services }) =>
    services.includes("*") || services.includes(service)
  );
  const screens = takes.filter(({ video }) => video);
  if (!screens.length) return key;
  return `${key}.${screens.length === takes.length ? "screen" : "either"}`;
}

/**
 * The wait in words, or null if the service withholds it.
 * @param {WaitRange | null} estimate in seconds
 */
export function waitRange(estimate, lang = language()) {
  if (!estimate) return null;
  const step = estimate.high > 3600 ? 5 : 1;
  const low = Math.floor(estimate.low / 60 / step) * step;
  const high = Math.max(1, Math.ceil(estimate.high / 60 / step) * step);
  const text = (/** @type {string} */ key) => t(`wait.${key}`, { low, high }, lang);
  if (low === 0) return text(high === 1 ? "minute" : "up_to");
  return text(low === high ? "about" : "range");
}

const LONG_WAIT_SECONDS = 1800;
const MANY_AHEAD = 8; // where no range is known

/**
 * Whether a wait may be so long that a citizen would rather come later.
 * @param {{ position: number | null, estimated_wait_seconds: WaitRange | null }} visit
 */
export const isLong = ({ position, estimated_wait_seconds: wait }) =>
  wait ? wait.high >= LONG_WAIT_SECONDS : (position ?? 0) >= MANY_AHEAD;

/**
 * "You are not called before 14.30"; "" where that is not asked for, or over.
 * @param {{ not_before: string | null }} visit
 * @param {number} now
 * @param {string} timezone
 */
export function laterSentence({ not_before: time }, now, timezone, lang = language()) {
  if (time === null || Date.parse(time) <= now) return "";
  return t("later.until", { time: clock(time, timezone, lang) }, lang);
}

/**
 * The range to show where one was shown earlier: the earlier one, so that it does not flicker with
 * every call, until the present one has nothing in common with the rest of it.
 * @param {WaitRange | null} earlier in seconds
 * @param {WaitRange | null} present the range of the wait from now on
 * @param {number} elapsed the seconds between both
 */
export function keptRange(earlier, present, elapsed) {
  if (!earlier || !present) return present;
  const excluded = present.low > earlier.high - elapsed || present.high < earlier.low - elapsed;
  return excluded ? present : earlier;
}

/**
 * How long a missed number keeps its place, or "" where it keeps none.
 * @param {{ return_window_seconds: number }} branch
 * @param {string} lang
 */
export function missedSentence({ return_window_seconds: seconds }, lang) {
  const minutes = Math.floor((seconds ?? 0) / 60);
  return minutes > 0 ? tn("slip.missed", minutes, {}, lang) : "";
}
