// Taking a number exactly once.

import { post } from "./api.js";
import { newKey } from "./page.js";

const ATTEMPT_MS = 6000;
const PATIENCE_MS = 5000; // nobody stands before a silent screen for longer than two attempts
const SAME_PRESS_MS = 120_000;

let pending = null;

/**
 * The visit of a new ticket; raises ApiError. A press whose answer was lost may have made a ticket:
 * pressing the same again soon after uses the same key, and gets that ticket instead of another.
 */
export async function issue(service, language) {
  if (!same(pending, service, language)) {
    pending = { service, language, key: newKey(), at: performance.now() };
  }
  try {
    const body = { service, language, channel: "kiosk" };
    const limits = { timeout: ATTEMPT_MS, patience: PATIENCE_MS };
    const visit = await post("/visits", body, { key: pending.key, ...limits });
    pending = null;
    return visit;
  } catch (error) {
    // A refusal changed nothing: the next press is a new one.
    if (error.code !== "network" && error.code !== "store_unavailable") pending = null;
    throw error;
  }
}

function same(press, service, language) {
  return (
    press?.service === service &&
    press.language === language &&
    performance.now() - press.at < SAME_PRESS_MS
  );
}
