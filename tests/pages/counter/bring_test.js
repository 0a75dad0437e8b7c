// The things to bring on a slip that a clerk prints, each with the language of its text.

import assert from "node:assert/strict";
import { openPage } from "../../web/page.js";

openPage("counter");
const { bringFor, playbook } = await import("/static/pages/counter/playbook/kept-playbook.js");

playbook.newest = /** @type {any} */ ({
  entries: [
    { service: "pas", bring: { da: ["Gammelt pas", "Foto"], en: ["Old passport"] } },
    { service: "anden", bring: {} },
  ],
});

Deno.test("a line is in the citizen's language, or in the first that there is", () => {
  assert.deepEqual(bringFor("pas", "en"), [{ text: "Old passport", lang: "en" }]);
  assert.deepEqual(bringFor("pas", "ar"), [
    { text: "Gammelt pas", lang: "da" },
    { text: "Foto", lang: "da" },
  ]);
});

Deno.test("a service without any has none", () => {
  assert.deepEqual(bringFor("anden", "da"), []);
  assert.deepEqual(bringFor("unknown", "da"), []);
});
