// A login that ends soon: the counter asks for a new one at a moment without a citizen.

import assert from "node:assert/strict";
import { openPage } from "../../web/page.js";

openPage("counter", { data: { branch: {}, outcomes: [] } });
const { asksForLogin } = await import("/static/pages/counter/login.js");

const END = Date.parse("2026-11-25T10:00:00Z");
const DAY = 24 * 3600 * 1000;

Deno.test("a counter asks from a day before the end on", () => {
  assert.equal(asksForLogin(END, END - DAY - 1, "free"), false);
  assert.equal(asksForLogin(END, END - DAY, "free"), true);
  assert.equal(asksForLogin(null, END, "free"), false);
});

Deno.test("it asks for nothing while a citizen is there", () => {
  const asked = ["none", "free", "paused", "called", "serving"].filter((state) =>
    asksForLogin(END, END - 1, state)
  );
  assert.deepEqual(asked, ["none", "free", "paused"]);
});
