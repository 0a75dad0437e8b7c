// js/texts.js: texts by number and language, and names.

import assert from "node:assert/strict";
import { openPage, testData } from "../page.js";

/** @param {string[]} categories */
const forms = (...categories) => Object.fromEntries(categories.map((one) => [`n.${one}`, one]));
const { kiosk } = testData.texts;
Object.assign(kiosk.en, forms("one", "other"));
for (const lang of ["pl", "uk"]) Object.assign(kiosk[lang], forms("one", "few", "many"));
Object.assign(kiosk.ar, forms("zero", "one", "two", "few", "many", "other"), {
  "place.of": "{number}: {counter}",
});
openPage("kiosk");
const { named, nameLanguage, t, tn } = await import("/static/js/texts.js");

Deno.test("a text is filled in by name, and goes with the number", () => {
  assert.equal(t("ticket.is", { number: "A012" }, "en"), "Your number is A012");
  assert.equal(tn("minutes", 1, {}, "en"), "1 minute");
  assert.equal(tn("minutes", 2, {}, "da"), "2 minutter");
  assert.equal(t("nowhere", { number: 1 }), "nowhere");
  assert.match(t("ticket.is", {}, "en"), /\{number\}/);
});

Deno.test("a text with a number has the form of its plural category", () => {
  const numbers = [0, 1, 2, 5, 11, 12, 21, 22, 100, 103];
  const forms = (/** @type {string} */ lang) => numbers.map((n) => tn("n", n, {}, lang)).join(" ");
  assert.equal(forms("en"), "other one other other other other other other other other");
  assert.equal(forms("pl"), "many one few many many many many few many few");
  assert.equal(forms("uk"), "many one few many many many one few many few");
  assert.equal(forms("ar"), "zero one two few many many many many other few");
  assert.equal(tn("n", 1.5, {}, "pl"), "n.other", "no text has a fraction of a thing");
});

Deno.test("values keep their direction within a text from right to left", () => {
  const values = { number: "A012", counter: "3" };
  assert.equal(t("place.of", values, "ar"), "\u2068A012\u2069: \u20683\u2069");
  assert.equal(t("ticket.is", values, "en"), "Your number is A012");
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
