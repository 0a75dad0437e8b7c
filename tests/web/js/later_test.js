// The times before which a citizen may ask not to be called.

import assert from "node:assert/strict";
import { openPage } from "../page.js";

openPage("counter", { data: { branch: {} } });
const { offeredTimes } = await import("/static/js/later.js");

const MINUTE = 60_000;
const NOON = Date.parse("2026-11-25T12:00:00Z");

Deno.test("the next quarters of an hour, then half hours, in the opening hours", () => {
  const minutes = (/** @type {[number, number][]} */ hours, now = NOON) =>
    offeredTimes(hours, now).map((at) => (at - NOON) / MINUTE);
  const whole = /** @type {[number, number]} */ ([NOON - 1, NOON + 600 * MINUTE]);
  assert.deepEqual(minutes([whole]), [15, 30, 45, 60, 90, 120, 150, 180, 210]);
  assert.deepEqual(minutes([whole], NOON + 10 * MINUTE).slice(0, 2), [15, 30]);
  assert.deepEqual(minutes([whole], NOON + 10 * MINUTE + 1).slice(0, 2), [30, 45]);
  // Closed from half past twelve to half past one.
  const split = /** @type {[number, number][]} */ ([
    [NOON, NOON + 30 * MINUTE],
    [NOON + 90 * MINUTE, NOON + 121 * MINUTE],
  ]);
  assert.deepEqual(minutes(split), [15, 90, 105, 120]);
  assert.deepEqual(minutes([]), []);
});
