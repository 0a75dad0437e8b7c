// Services and waiting visits, as the pages use them.

import { serverClock } from "./server-clock.js";

/** @import { Visit } from "./types.d.ts" */

/**
 * Whether a list of services, which may be of all, has this one.
 * @param {string[]} list
 * @param {string} service
 */
export const includes = (list, service) => list.includes("*") || list.includes(service);

/**
 * Whether the visit is skipped for now, because the citizen asked to come later.
 * @param {Pick<Visit, "held_until">} visit
 */
export const isHeld = ({ held_until: until }) =>
  until !== null && Date.parse(until) > serverClock.now();

/**
 * Seconds of waiting until now, counted on from the server's answer at an instant (ms); a delay that
 * the citizen asked for does not count, nor the time before a booked one.
 * @param {Pick<Visit, "held_until" | "booked_for" | "waiting_seconds">} visit
 * @param {number} at
 */
export function waitedSince(visit, at) {
  const begins = Math.max(at, Date.parse(visit.booked_for ?? "") || 0);
  const since = isHeld(visit) ? 0 : Math.max(0, serverClock.now() - begins) / 1000;
  return visit.waiting_seconds + since;
}
