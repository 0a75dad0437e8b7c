// js/texts.js: texts by number and language, and names.

import assert from "node:assert/strict";
import { openPage } from "./page.js";

openPage("kiosk");
const { named, nameLanguage, t, tn } = await import("/static/js/texts.js");

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
