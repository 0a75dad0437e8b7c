// Whether the printer does its work, told to those who look after the kiosks.

import { post } from "/static/js/api.js";

const QUIET_MS = 60_000; // more often than this would tell nobody anything new

const told = new Map();

/**
 * Tell that a slip goes to the printer (`printed` false) or that the browser has printed it (true).
 * A line that is down is nothing to tell the citizen: the number is on the screen.
 */
export function tellOfSlip(printed) {
  const now = performance.now();
  if (now - (told.get(printed) ?? -Infinity) < QUIET_MS) return;
  told.set(printed, now);
  post("/slips", { printed }, { retry: false }).catch(() => told.delete(printed));
}
