// js/times.js and js/lengths.js: times of day, dates and lengths.

import assert from "node:assert/strict";
import { openPage } from "../page.js";

openPage("board");
const { clock, dateIn, sameDate, timeCode, weekdayOf } = await import("/static/js/times.js");
const { roughly, stopwatch } = await import("/static/js/lengths.js");

const ZONE = "Europe/Copenhagen";
const ELEVEN = Date.parse("2026-11-25T10:05:00Z"); // in Copenhagen

Deno.test("a time of day is written as the language does, in the branch's zone", () => {
  assert.equal(clock(ELEVEN), "11.05");
  assert.equal(clock(ELEVEN, undefined, "en"), "11:05");
  assert.equal(clock("2026-11-25T10:05:00Z", "America/New_York", "en"), "5:05");
  assert.equal(clock("2026-11-25T08:05:00Z"), "9.05");
  assert.equal(clock("2026-11-25T08:05:00Z", undefined, "en"), "9:05");
  assert.equal(clock("2026-11-24T23:00:00Z"), "0.00");
});

Deno.test("a running time has hours only from the first one on", () => {
  const texts = [-1, 0, 7.9, 187, 3600, 3787].map(stopwatch);
  assert.deepEqual(texts, ["0:00", "0:00", "0:07", "3:07", "1:00:00", "1:03:07"]);
});

Deno.test("a time as it is configured is later the larger it is", () => {
  assert.equal(timeCode(ELEVEN - 2 * 3_600_000, ZONE), "09:05");
});

Deno.test("a date is written as the language does", () => {
  assert.equal(dateIn(ELEVEN, ZONE, {}, "da"), "25. november");
  assert.equal(dateIn(ELEVEN, ZONE, { weekday: "long" }, "en"), "Wednesday 25 November");
  const full = { weekday: /** @type {const} */ ("long"), year: /** @type {const} */ ("numeric") };
  assert.equal(
    dateIn(ELEVEN, ZONE, full, "so"),
    "Arbaco, 25 Noofeembar 2026",
    "no browser knows it",
  );
  assert.equal(dateIn(ELEVEN, ZONE, {}, "fa"), "25 نوامبر", "Latin digits, the Gregorian calendar");
  assert.equal(weekdayOf("2026-11-29", "so"), "Axad");
  assert.equal(weekdayOf("2026-11-25", "da"), "Onsdag");
});

Deno.test("a date is that of the zone", () => {
  const late = Date.parse("2026-11-24T23:30:00Z");
  assert.equal(sameDate(ELEVEN, late, ZONE), true);
  assert.equal(sameDate(ELEVEN, late, "UTC"), false);
});

Deno.test("a length that need not be exact is rounded down", () => {
  const plain = (/** @type {string} */ text) => text.replaceAll("\u00a0", " ");
  const texts = [-5, 40.9, 60, 299, 3599, 3600, 3905].map(roughly).map(plain);
  assert.deepEqual(texts, ["0 s", "40 s", "1 min", "4 min", "59 min", "1 t", "1 t 5 min"]);
});
