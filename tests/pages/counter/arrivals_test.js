// The news of a counter about arrivals.

import assert from "node:assert/strict";
import { openPage } from "../../web/page.js";

openPage("counter");
globalThis.AudioContext ??= /** @type {any} */ (class {});
const { Arrivals } = await import("/static/pages/counter/lists/arrivals.js");

const one = /** @type {any} */ ({ id: "1", for_counter: null });
const other = /** @type {any} */ ({ id: "2", for_counter: null });
const sent = /** @type {any} */ ({ id: "3", for_counter: "1" });

/**
 * The visits that are new after each moment.
 * @param {[free: boolean, waiting: any[], counter?: string][]} moments
 */
function news(...moments) {
  const arrivals = new Arrivals();
  return moments.map(([free, waiting, counter = "1"]) =>
    arrivals.since({ free, waiting, counter })?.id ?? null
  );
}

Deno.test("the first to a free counter is news, and no other", () => {
  assert.deepEqual(news([true, []], [true, [one]], [true, [one, other]]), [null, "1", null]);
});

Deno.test("a visit that was there before, or came while another was served, is none", () => {
  assert.deepEqual(news([true, [one]], [true, [one]]), [null, null]);
  assert.deepEqual(news([false, []], [false, [one]], [true, [one]]), [null, null, null]);
  assert.deepEqual(news([true, []], [true, [one], "2"]), [null, null]);
});

Deno.test("a visit that is sent to this counter is news at any time, once", () => {
  assert.deepEqual(news([false, [one]], [false, [one, sent]], [true, [one, sent]]), [
    null,
    "3",
    null,
  ]);
});
