// js/wording.js: people ahead, and counters' names in another language.

import assert from "node:assert/strict";
import { openPage, testData } from "./page.js";

openPage("kiosk");
const { hasCounterWord, peopleAhead, translatedCounter } = await import("/static/js/wording.js");

const MOST = testData.exact_up_to;

Deno.test("people ahead are counted, and above what is simulated told as up to", () => {
  const textOf = (/** @type {number | null} */ n, lang = "en") => peopleAhead("ahead", n, {}, lang);
  assert.equal(textOf(null), null);
  assert.match(textOf(0) ?? "", /^Nobody/);
  assert.match(textOf(1) ?? "", /^1 person /);
  assert.match(textOf(MOST) ?? "", new RegExp(`^${MOST} people`));
  assert.match(textOf(MOST + 1) ?? "", new RegExp(`^Up to ${MOST + 1} people`));
  assert.match(textOf(MOST + 1, "da") ?? "", new RegExp(`^Op til ${MOST + 1} personer`));
});

Deno.test("on the slip the number stands with its time", () => {
  const textOf = (/** @type {number} */ n, /** @type {string} */ lang) =>
    peopleAhead("slip.ahead", n, { time: "9.30" }, lang) ?? "";
  assert.match(textOf(MOST, "da"), new RegExp(`: ${MOST} `));
  assert.match(textOf(MOST + 1, "da"), new RegExp(`op til ${MOST + 1} foran`));
  assert.match(textOf(MOST + 1, "en"), new RegExp(`up to ${MOST + 1} ahead`));
  assert.match(textOf(2, "da"), /9\.30/);
});

Deno.test("a counter's name is translated where it begins with a word that is known", () => {
  assert.equal(translatedCounter("Skranke 1", "en"), "Counter 1");
  assert.equal(translatedCounter("WINDOW 3", "da"), "Luge 3");
  assert.equal(translatedCounter("Borgerservice", "en"), "Borgerservice");
  assert.equal(translatedCounter("2. sal", "en"), "2. sal");
  assert.deepEqual(["Lokale 2", "Skranken", "1"].map(hasCounterWord), [true, false, false]);
});
