// The frames per second of a picture, and whether they are enough for sign language.

import assert from "node:assert/strict";
import { ENOUGH, framesPerSecond, Rate } from "/static/pages/video/rate.js";

/** @param {(number | null)[]} measures */
function rateOf(...measures) {
  const rate = new Rate();
  for (const one of measures) rate.add(one);
  return [rate.value, rate.isLow];
}

Deno.test("twenty frames per second are enough, and fewer are not", () => {
  assert.equal(ENOUGH, 20);
  assert.deepEqual(rateOf(20, 20, 20), [20, false]);
  assert.deepEqual(rateOf(19, 19, 19), [19, true]);
  assert.deepEqual(rateOf(19.9, 19.9, 19.9), [19, true]);
});

Deno.test("one slow moment is no slow picture, and two of three measures are", () => {
  assert.deepEqual(rateOf(30, 5, 30), [30, false]);
  assert.deepEqual(rateOf(30, 5, 5), [5, true]);
  assert.deepEqual(rateOf(5, 5, 30, 30), [30, false]);
});

Deno.test("too few measures say nothing, and no picture forgets those before", () => {
  assert.deepEqual(rateOf(5, 5), [null, false]);
  assert.deepEqual(rateOf(5, 5, 5, null), [null, false]);
  assert.deepEqual(rateOf(null, 30, 30), [null, false]);
});

Deno.test("the figure comes from the report of one picture", () => {
  const report = new Map([
    ["a", { type: "inbound-rtp", kind: "audio", framesPerSecond: 1 }],
    ["b", { type: "inbound-rtp", kind: "video", framesDecoded: 9, framesPerSecond: 24 }],
    ["c", { type: "outbound-rtp", kind: "video", framesEncoded: 9 }],
  ]);
  assert.equal(framesPerSecond(report, "inbound-rtp"), 24);
  assert.equal(framesPerSecond(report, "outbound-rtp"), 0); // it stands still
  const first = new Map([["b", { type: "inbound-rtp", kind: "video", framesDecoded: 0 }]]);
  assert.equal(framesPerSecond(first, "inbound-rtp"), null);
  assert.equal(framesPerSecond(new Map(), "inbound-rtp"), null);
});
