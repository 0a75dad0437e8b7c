// A language that the server's list has more: scripts take it from there, without a line of their own.

import assert from "node:assert/strict";
import { openPage, testData } from "../page.js";

const SWEDISH = {
  name: "Svenska",
  locale: "sv-SE",
  clock: ":",
  lower_within: true,
  staff: true,
  direction: /** @type {const} */ ("ltr"),
  browser_dates: true,
  server_voice: "",
};
const { sv: _, ...others } = testData.languages;
testData.texts.kiosk.sv = { ...testData.texts.kiosk.en, "place.counter": "Kassa" };
openPage("kiosk", { lang: "sv", languages: { ...others, sv: SWEDISH } });
const { codes, languageName, listed, localeOf, voiceOf, withinSentence } = await import(
  "/static/js/languages.js"
);
const { locale, nameLanguage, named, t } = await import("/static/js/texts.js");
const { clock, dateIn } = await import("/static/js/times.js");
const { translatedCounter } = await import("/static/js/wording.js");
const { languages } = await import("/static/pages/display/languages.js");

const NINE = Date.parse("2026-11-25T08:05:00Z"); // in Copenhagen, at five past

Deno.test("it is there, the last of the list", () => {
  assert.deepEqual([codes.at(-1), languages().at(-1)], ["sv", "sv"]);
  assert.deepEqual([locale(), localeOf("xx")], ["sv-SE-u-ca-gregory-nu-latn", "xx"]);
  assert.deepEqual([voiceOf("sv"), voiceOf("xx")], ["sv-SE", "xx"]);
});

Deno.test("it is the language in force", () => {
  assert.equal(clock(NINE), "9:05");
  assert.equal(dateIn(NINE, "Europe/Copenhagen"), "25 november");
  assert.equal(translatedCounter("Skranke 1"), "Kassa 1");
  assert.equal(translatedCounter("Kassa 1", "da"), "Skranke 1");
  assert.equal(withinSentence("Pass", "sv"), "pass");
  assert.equal(languageName("en", "sv"), "engelska");
  assert.equal(listed(["a", "b"], "sv"), "a och b");
});

Deno.test("a missing text comes from another language", () => {
  assert.equal(t("error.network"), testData.texts.kiosk.en["error.network"]);
  assert.equal(named({ en: "Passport", da: "Pas" }), "Pas");
  assert.equal(nameLanguage({ en: "Passport" }), "en");
});
