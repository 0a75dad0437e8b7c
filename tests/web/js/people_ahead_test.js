// js/people-ahead.js: whether the number of people ahead is shown, and its words.

import assert from "node:assert/strict";
import { openPage, testData } from "../page.js";

openPage("kiosk");
const { peopleAhead, shownAhead } = await import("/static/js/people-ahead.js");

const MOST = testData.exact_up_to;

Deno.test("people ahead are counted, and beyond the simulated ones shown as up to", () => {
  const textOf = (/** @type {number | null} */ n, lang = "en") => peopleAhead("ahead", n, {}, lang);
  assert.equal(textOf(null), null);
  assert.match(textOf(0) ?? "", /^Nobody/);
  assert.match(textOf(1) ?? "", /^1 person /);
  assert.match(textOf(MOST) ?? "", new RegExp(`^${MOST} people`));
  assert.match(textOf(MOST + 1) ?? "", new RegExp(`^Up to ${MOST + 1} people`));
  assert.match(textOf(MOST + 1, "da") ?? "", new RegExp(`^Op til ${MOST + 1} personer`));
});

Deno.test("on the slip the number is next to its time", () => {
  const textOf = (/** @type {number} */ n, /** @type {string} */ lang) =>
    peopleAhead("slip.ahead", n, { time: "9.30" }, lang) ?? "";
  assert.match(textOf(MOST, "da"), new RegExp(`: ${MOST} `));
  assert.match(textOf(MOST + 1, "da"), new RegExp(`op til ${MOST + 1} foran`));
  assert.match(textOf(MOST + 1, "en"), new RegExp(`up to ${MOST + 1} ahead`));
  assert.match(textOf(2, "da"), /9\.30/);
});

Deno.test("an empty queue is not shown while no open counter takes the service", () => {
  assert.equal(shownAhead({ position: 0 }, true), 0);
  assert.equal(shownAhead({ position: 0 }, false), null);
  assert.equal(shownAhead({ position: 1 }, false), 1);
  assert.equal(shownAhead({ position: null }, true), null);
});
