// The position of a finger in a picture, and its position at the other end.

import assert from "node:assert/strict";
import { inBox, inPicture } from "/static/pages/video/pointer.js";
import { openPage } from "../../web/page.js";

openPage("counter");
const { fromOnePage, isAfter } = await import("/static/pages/video/signals.js");

/** @import { StoredSignal } from "/static/js/types.d.ts" */

const PICTURE = { width: 1600, height: 900 };

/** @typedef {{ x: number, y: number }} Point */
/** @type {[string, { width: number, height: number }, Point, Point | null][]} */
const CASES = [
  ["a box of its shape", { width: 800, height: 450 }, { x: 200, y: 225 }, { x: 0.25, y: 0.5 }],
  ["a taller box", { width: 800, height: 650 }, { x: 400, y: 100 }, { x: 0.5, y: 0 }],
  ["above the picture", { width: 800, height: 650 }, { x: 400, y: 99 }, null],
  ["below the picture", { width: 800, height: 650 }, { x: 400, y: 551 }, null],
  ["a wider box", { width: 1000, height: 450 }, { x: 900, y: 450 }, { x: 1, y: 1 }],
  ["next to the picture", { width: 1000, height: 450 }, { x: 901, y: 450 }, null],
];

for (const [name, box, point, place] of CASES) {
  Deno.test(`a pointer in ${name}`, () => {
    assert.deepEqual(inPicture(point, box, PICTURE), place);
    if (place) assert.deepEqual(inBox(place, box, PICTURE), point);
  });
}

Deno.test("a page that was loaded again has forgotten its earlier messages", () => {
  /** @type {StoredSignal[]} */
  const [old, young, younger] = ["a", "b", "b"].map((sender) => ({
    id: "1-0",
    type: "hello",
    sender,
  }));
  assert.deepEqual(fromOnePage([old, young, younger]), [young, younger]);
  assert.deepEqual(fromOnePage([]), []);
});

Deno.test("ids of the store are in the order of their parts", () => {
  assert.equal(isAfter("10-0", "9-5"), true);
  assert.equal(isAfter("9-10", "9-9"), true);
  assert.equal(isAfter("9-9", "9-9"), false);
});
