// js/opening-hours.js: when a branch opens and closes, in words.

import assert from "node:assert/strict";
import { openPage } from "../page.js";

openPage("kiosk");
const { closesAt, closesSoon, dayName, openFrom, opensAfter, spans, when } = await import(
  "/static/js/opening-hours.js"
);

/** @import { Hours } from "/static/js/types.d.ts" */

const timezone = "Europe/Copenhagen";
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const NINE = 1_795_593_600_000; // Wednesday 25 November 2026, 9 o'clock in Copenhagen
const THREE = NINE + 6 * HOUR;

/**
 * @param {...[number, number]} openings one a day
 * @returns {Hours}
 */
const hours = (...openings) => ({
  timezone,
  next_opening: null,
  days: openings.map((span) => ({ date: "2026-11-25", spans: [span], note: null })),
});

const OPEN = hours([NINE, THREE]);
const AROUND = hours([NINE, NINE + DAY], [NINE + DAY, NINE + 2 * DAY]);
const ON = hours([NINE, THREE], [THREE, THREE + HOUR]); // the next begins where it ends

Deno.test("when the present opening ends", () => {
  assert.equal(closesAt(OPEN, NINE - 1), null);
  assert.equal(closesAt(OPEN, NINE), THREE);
  assert.equal(closesAt(OPEN, THREE - 1), THREE);
  assert.equal(closesAt(OPEN, THREE), null);
  assert.equal(closesAt(ON, NINE), THREE + HOUR);
});

Deno.test("a branch that is open around the clock closes when no more hours are known", () => {
  assert.equal(closesAt(AROUND, NINE), null);
  assert.equal(closesAt(AROUND, NINE + DAY), null);
  assert.equal(closesAt(AROUND, NINE + DAY + 1), NINE + 2 * DAY);
});

Deno.test("it closes soon a quarter of an hour before", () => {
  const soon = [15 * MINUTE + 1, 15 * MINUTE, 1, 0].map((left) => closesSoon(OPEN, THREE - left));
  assert.deepEqual(soon, [null, THREE, THREE, null]);
  assert.equal(closesSoon(ON, THREE - 1), null);
  assert.equal(closesSoon({ ...OPEN, taken_over: true }, THREE - 1), null);
});

Deno.test("when it opens next", () => {
  const opens = (/** @type {number | null} */ known, /** @type {number} */ now) =>
    opensAfter({ ...OPEN, next_opening: known }, now);
  assert.equal(opens(NINE + DAY, THREE), NINE + DAY);
  assert.equal(opens(NINE, NINE - 1), NINE);
  assert.equal(opens(NINE - DAY, NINE - 1), NINE, "one that is over: the days may know the next");
  assert.equal(opens(NINE, NINE), null);
  assert.equal(opens(null, NINE - 1), NINE);
});

Deno.test("from when on it is open, across the midday break", () => {
  const day = hours([NINE, NINE + 3 * HOUR], [NINE + 4 * HOUR, NINE + 7 * HOUR]);
  const from = (/** @type {number} */ after) => openFrom(day, NINE + after);
  assert.equal(from(HOUR), NINE + HOUR);
  assert.equal(from(3 * HOUR), NINE + 4 * HOUR);
  assert.equal(from(4 * HOUR - 1), NINE + 4 * HOUR);
  assert.equal(from(5 * HOUR), NINE + 5 * HOUR);
  assert.equal(from(7 * HOUR), null);
});

for (
  const [ahead, more, expected] of /** @type {[number, object, string][]} */ ([
    [HOUR, {}, "i dag kl. 10.00"],
    [DAY, {}, "i morgen kl. 9.00"],
    [2 * DAY, {}, "fredag kl. 9.00"],
    [6 * DAY - 1, {}, "tirsdag kl. 8.59"],
    [6 * DAY, {}, "tirsdag 1. december kl. 9.00"],
    [2 * DAY, { dated: true }, "fredag 27. november kl. 9.00"],
    [DAY, { dated: true }, "i morgen kl. 9.00"],
    [2 * DAY, { lang: "en" }, "Friday at 9:00"],
  ])
) {
  Deno.test(`an instant in words: ${expected}`, () => {
    assert.equal(when(NINE + ahead, { timezone, now: NINE, lang: "da", ...more }), expected);
  });
}

Deno.test("a day of the table", () => {
  const [day] = OPEN.days;
  assert.deepEqual(spans(day, timezone), ["9.00–15.00"]);
  const midnight = NINE - 9 * HOUR;
  const name = (/** @type {number} */ now, lang = "da") => dayName(day, { now, timezone }, lang);
  assert.equal(name(midnight - 1), "Onsdag");
  assert.equal(name(midnight), "I dag");
  assert.equal(name(midnight + DAY - 1), "I dag");
  assert.equal(name(midnight + DAY), "Onsdag");
  assert.equal(name(midnight + DAY, "en"), "Wednesday");
  assert.equal(name(NINE, "en"), "Today");
});

Deno.test("hours that last until midnight end at 24", () => {
  const midnight = NINE - 9 * HOUR;
  const of = (/** @type {[number, number]} */ span) => spans({ spans: [span] }, timezone, "da");
  assert.deepEqual(of([midnight, midnight + DAY]), ["0.00–24.00"]);
  assert.deepEqual(of([NINE, midnight + DAY]), ["9.00–24.00"]);
  assert.deepEqual(of([NINE, midnight + 10 * HOUR]), ["9.00–10.00"]);
  assert.deepEqual(of([NINE, NINE + MINUTE]), ["9.00–9.01"]);
  assert.deepEqual(of([NINE, NINE + MINUTE - 1]), []);
  assert.deepEqual(spans({ spans: [[midnight, midnight + DAY]] }, timezone, "en"), ["0:00–24:00"]);
});
