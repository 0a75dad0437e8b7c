// js/wording.js: counters' names in another language.

import assert from "node:assert/strict";
import { openPage } from "../page.js";

openPage("kiosk");
const { hasCounterWord, translatedCounter } = await import("/static/js/wording.js");

Deno.test("a counter's name is translated where it begins with a word that is known", () => {
  assert.equal(translatedCounter("Skranke 1", "en"), "Counter 1");
  assert.equal(translatedCounter("WINDOW 3", "da"), "Luge 3");
  assert.equal(translatedCounter("Borgerservice", "en"), "Borgerservice");
  assert.equal(translatedCounter("2. sal", "en"), "2. sal");
  assert.deepEqual(["Lokale 2", "Skranken", "1"].map(hasCounterWord), [true, false, false]);
});
