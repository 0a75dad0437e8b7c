// A login ends after thirty days, however much it is used: the counter asks for a new one before, at
// a moment without a citizen.

import { serverClock } from "/static/js/server-clock.js";
import { show } from "/static/js/page.js";
import { loginEndsAt } from "./branch.js";
import { mode } from "./model.js";

const ASKED_BEFORE_MS = 24 * 3600 * 1000;

/**
 * Whether the counter asks for a new login; `endsAt` is null for a login that does not end.
 * @param {number | null} endsAt
 * @param {number} now
 * @param {string} state that of the counter
 */
export function asksForLogin(endsAt, now, state) {
  const busy = state === "called" || state === "serving";
  return endsAt !== null && !busy && now >= endsAt - ASKED_BEFORE_MS;
}

/** Show the request for a new login while it holds. */
export function drawLogin() {
  show("#login-ends", asksForLogin(loginEndsAt, serverClock.now(), mode()));
}
