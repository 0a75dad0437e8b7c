// The kiosk's texts about its hours, by the time of day.

import assert from "node:assert/strict";
import { openPage } from "../../web/page.js";

openPage("kiosk");
const { closingSentence, hoursSentence, lateSentence } = await import(
  "/static/pages/kiosk/hours.js"
);

const [OPENS, CLOSES] = [1_795_593_600_000, 1_795_615_200_000]; // 9 and 15 o'clock in Copenhagen
const MINUTE = 60_000;
/** @type {import("/static/js/types.d.ts").Hours} */
const SETUP = {
  timezone: "Europe/Copenhagen",
  days: [{ date: "2026-11-25", spans: [[OPENS, CLOSES]], note: null }],
  next_opening: null,
};

Deno.test("it says that it closes soon a quarter before", () => {
  const soon = "Vi lukker kl. 15.00. Alle, der har et nummer, bliver kaldt.";
  assert.equal(closingSentence(SETUP, CLOSES - 15 * MINUTE - 1), "");
  assert.equal(closingSentence(SETUP, CLOSES - 15 * MINUTE), soon);
  assert.equal(closingSentence(SETUP, CLOSES - 1), soon);
  assert.equal(closingSentence(SETUP, CLOSES), "");
});

Deno.test("it closes at the end of the day, not at its beginning", () => {
  const midnight = CLOSES + 9 * 60 * MINUTE;
  /** @type {import("/static/js/types.d.ts").Hours} */
  const late = { ...SETUP, days: [{ date: "2026-11-25", spans: [[OPENS, midnight]], note: null }] };
  assert.equal(
    closingSentence(late, midnight - MINUTE),
    "Vi lukker kl. 24.00. Alle, der har et nummer, bliver kaldt.",
  );
  assert.match(hoursSentence(late, OPENS), /24\.00/);
});

Deno.test("a turn after closing time is announced when it is likelier than not", () => {
  const likely = { low: 600, high: 1800 }; // twenty minutes in the middle
  const late = "Vi lukker kl. 15.00, men du bliver kaldt.";
  assert.equal(lateSentence(SETUP, CLOSES - 20 * MINUTE, likely), "");
  assert.equal(lateSentence(SETUP, CLOSES - 20 * MINUTE + 1, likely), late);
  assert.equal(lateSentence(SETUP, CLOSES - MINUTE, null), "");
});

Deno.test("the closing time is shown while it is open", () => {
  assert.match(hoursSentence(SETUP, OPENS), /15\.00/);
  assert.equal(hoursSentence(SETUP, OPENS - 1), "");
});
