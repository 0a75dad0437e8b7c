// js/texts.js: texts by number and language, names, times.

import assert from "node:assert/strict";
import { openPage } from "./page.js";

openPage("kiosk");
const { clock, named, nameLanguage, stopwatch, t, tn } = await import("/static/js/texts.js");

const ELEVEN = Date.parse("2026-11-25T10:05:00Z"); // in Copenhagen

Deno.test("a time of day is written as the language does, in the branch's zone", () => {
  assert.equal(clock(ELEVEN), "11.05");
  assert.equal(clock(ELEVEN, undefined, "en"), "11:05");
  assert.equal(clock("2026-11-25T10:05:00Z", "America/New_York", "en"), "5:05");
});

Deno.test("a running time has hours only from the first one on", () => {
  const told = [-1, 0, 7.9, 187, 3600, 3787].map(stopwatch);
  assert.deepEqual(told, ["0:00", "0:00", "0:07", "3:07", "1:00:00", "1:03:07"]);
});

Deno.test("a text is filled in by name, and goes with the number", () => {
  assert.equal(t("ticket.is", { number: "A012" }, "en"), "Your number is A012");
  assert.equal(tn("minutes", 1, {}, "en"), "1 minute");
  assert.equal(tn("minutes", 2, {}, "da"), "2 minutter");
  assert.equal(t("nowhere", { number: 1 }), "nowhere");
  assert.match(t("ticket.is", {}, "en"), /\{number\}/);
});

Deno.test("a name is the nearest that can be had", () => {
  const both = { en: "Passport", da: "Pas" };
  assert.equal(named(both, "en"), "Passport");
  assert.equal(named(both, "sv"), "Pas");
  assert.equal(named({ de: "Pass" }, "en"), "Pass");
  assert.equal(named({}, "en"), "");
  assert.deepEqual(["en", "sv"].map((lang) => nameLanguage(both, lang)), ["en", "da"]);
  assert.equal(nameLanguage({ de: "Pass" }, "en"), "de");
});
