// How a call is read aloud: digit by digit, each part in a language that its voice can read.

import assert from "node:assert/strict";
import { openPage } from "../../web/page.js";

openPage("display");
const { languages, speakIn, spoken, turnTo, written, writtenFor } = await import(
  "/static/pages/display/languages.js"
);
const { counterName } = await import("/static/pages/display/stage.js");

/** @import { DisplaySetup } from "/static/js/types.d.ts" */

const OFFICE = "Vielseskontoret på 1. sal";

Deno.test("the first language is always on show, and the others take turns", () => {
  const before = languages();
  speakIn(["da", "en", "ar", "pl"]);
  const shown = [0, 1, 2, 3].map((turn) => [turnTo(turn), written().join(" ")]);
  assert.deepEqual(shown, [[false, "da en"], [true, "da ar"], [true, "da pl"], [true, "da en"]]);
  assert.equal(turnTo(3), false);
  speakIn(["da", "en"]);
  assert.deepEqual([turnTo(4), written().join(" ")], [false, "da en"]);
  speakIn(["da"]);
  assert.equal(written().join(" "), "da");
  speakIn(before);
});

Deno.test("a call is written in the first language and in its own", () => {
  const before = languages();
  speakIn(["da", "en", "ar"]);
  assert.deepEqual(["da", "en", "ar"].map((own) => writtenFor(own).join(" ")), [
    "da en",
    "da en",
    "da ar",
  ]);
  speakIn(["da"]);
  assert.deepEqual(writtenFor("da"), ["da"]);
  speakIn(before);
});

/** @type {[string, string | Record<string, string>, string, string[]][]} */
const CALLS = [
  ["A012", "Skranke 1", "da", ["da: Nummer A nul et to, skranke et."]],
  ["A012", "Skranke 1", "en", ["en: Number A, zero one two, counter one."]],
  ["AB1000", "Skranke 12", "en", ["en: Number A B, one zero zero zero, counter 12."]],
  ["C007", "Lokale 2", "en", ["en: Number C, zero zero seven, room two."]],
  ["C007", "Window 3", "da", ["da: Nummer C nul nul syv, luge tre."]],
  ["A012", "Skranke 1", "pl", ["pl: Numer A, zero jeden dwa, stanowisko jeden."]],
  ["A012", "Skranke 1", "ar", ["ar: الرقم A، صفر واحد اثنان، شباك واحد."]],
  ["T999", "Borgerservice", "ar", ["ar: الرقم T، تسعة تسعة تسعة،", "da: Borgerservice."]],
  // A name that is missing in the ticket's language is read in its own.
  ["T999", "Borgerservice", "da", ["da: Nummer T ni ni ni, Borgerservice."]],
  ["T999", "Borgerservice", "en", ["en: Number T, nine nine nine,", "da: Borgerservice."]],
  // Ordinals and the names of rooms are left to the voice, which knows how to read them.
  ["A001", OFFICE, "da", [`da: Nummer A nul nul et, ${OFFICE}.`]],
  ["A001", OFFICE, "en", ["en: Number A, zero zero one,", `da: ${OFFICE}.`]],
  ["A001", "Rådgivning 2.14 B", "da", ["da: Nummer A nul nul et, Rådgivning 2.14 B."]],
  ["A001", "Lokale B2", "da", ["da: Nummer A nul nul et, lokale B2."]],
  [
    "A001",
    { da: "Vielser, 1. sal", en: "Weddings, 1st floor" },
    "en",
    ["en: Number A, zero zero one, Weddings, 1st floor."],
  ],
  [
    "A001",
    { da: "Vielser, 1. sal" },
    "en",
    ["en: Number A, zero zero one,", "da: Vielser, 1. sal."],
  ],
];

for (const [number, counter, lang, parts] of CALLS) {
  Deno.test(`${number} at ${JSON.stringify(counter)} in ${lang}`, () => {
    /** @type {Pick<DisplaySetup, "counters" | "counter_names">} */
    const setup = typeof counter === "string"
      ? { counters: { 1: counter }, counter_names: {} }
      : { counters: { 1: counter.da }, counter_names: { 1: counter } };
    const name = counterName({ counter: "1" }, setup, lang);
    const read = spoken({ number, again: false }, name, lang);
    assert.deepEqual(read.map((part) => `${part.lang}: ${part.text}`), parts);
  });
}

Deno.test("clips of a number go with any counter", () => {
  const one = { text: "Skranke 1", lang: "da" };
  const parts = (/** @type {boolean} */ again) =>
    spoken({ number: "A012", again }, one, "da", { split: true }).map(({ text }) => text);
  assert.deepEqual(parts(false), ["Nummer A nul et to,", "skranke et."]);
  assert.deepEqual(parts(true), ["Vi kalder igen: nummer A nul et to,", "skranke et."]);
});
