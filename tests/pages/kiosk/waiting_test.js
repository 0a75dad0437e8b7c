// The wait as the kiosk and its slip show it: the range that is compared with the real one.

import assert from "node:assert/strict";
import { openPage, testData } from "../../web/page.js";

openPage("kiosk");
const { isLong, keptRange, laterSentence, waitRange, whereTo } = await import(
  "/static/pages/kiosk/ticket/waiting.js"
);

for (const { low, high, first, last } of testData.shown_minutes) {
  Deno.test(`${low} to ${high} seconds are shown as ${first} to ${last} minutes`, () => {
    for (const lang of ["da", "en"]) {
      const numbers = (waitRange({ low, high }, lang) ?? "").match(/\d+/g) ?? [];
      const expected = new Set([first, last].filter((n) => n > 0));
      if (first === 0 && last === 1) expected.delete(1); // "under a minute"
      assert.deepEqual(new Set(numbers.map(Number)), expected);
    }
  });
}

Deno.test("a wait that is withheld is not shown", () => {
  assert.equal(waitRange(null), null);
});

Deno.test("where one may be called to a screen the ticket and the slip say so", () => {
  const desk = { services: ["pas", "turist"], video: null };
  const booth = { services: ["pas", "pension"], video: { telephone: null } };
  const everything = { services: ["*"], video: null };
  assert.equal(whereTo("slip.called", "turist", [desk, booth]), "slip.called");
  assert.equal(whereTo("slip.called", "pas", [desk, booth]), "slip.called.either");
  assert.equal(whereTo("ticket.watch", "pension", [desk, booth]), "ticket.watch.screen");
  assert.equal(whereTo("ticket.watch", "pension", [everything, booth]), "ticket.watch.either");
  assert.equal(whereTo("ticket.watch", "nothing", [desk]), "ticket.watch");
});

Deno.test("a wait is shown again only where the new range excludes what is left of it", () => {
  const earlier = { low: 300, high: 900 };
  const after = (/** @type {number} */ elapsed, /** @type {number} */ low, high = low) =>
    keptRange(earlier, { low, high }, elapsed) === earlier;
  assert.equal(after(0, 900, 1200), true);
  assert.equal(after(0, 901, 1200), false);
  assert.equal(after(0, 100, 300), true);
  assert.equal(after(0, 100, 299), false);
  // A minute later there are four to fourteen minutes left.
  assert.equal(after(60, 840), true);
  assert.equal(after(60, 841), false);
  assert.equal(after(60, 240), true);
  assert.equal(after(60, 239), false);
});

Deno.test("a wait that is withheld now is not kept, and one that was withheld is shown", () => {
  const range = { low: 300, high: 900 };
  assert.equal(keptRange(range, null, 0), null);
  assert.equal(keptRange(null, range, 0), range);
});

Deno.test("a wait is long by its upper end, or by the people ahead where no range is known", () => {
  const wait = (/** @type {number} */ high) => ({
    position: 20,
    estimated_wait_seconds: { low: 0, high },
  });
  assert.deepEqual([1799, 1800].map(wait).map(isLong), [false, true]);
  const ahead = [null, 7, 8].map((position) => ({ position, estimated_wait_seconds: null }));
  assert.deepEqual(ahead.map(isLong), [false, false, true]);
});

Deno.test("a later time is said until it has come", () => {
  const at = Date.parse("2026-11-25T13:30:00Z");
  const later = { not_before: "2026-11-25T13:30:00Z" };
  assert.match(laterSentence(later, at - 1, "Europe/Copenhagen", "da"), /14\.30/);
  assert.equal(laterSentence(later, at, "Europe/Copenhagen", "da"), "");
  assert.equal(laterSentence({ not_before: null }, at, "Europe/Copenhagen"), "");
});
