// How tiles and lines are laid out.

import assert from "node:assert/strict";
import { gridFor } from "/static/pages/display/sizes.js";

const [LYING, UPRIGHT] = [2.25, 0.68];

for (
  const [count, shape, columns, rows] of [
    [0, LYING, 1, 0],
    [1, LYING, 1, 1],
    [2, LYING, 2, 1],
    [4, LYING, 2, 2],
    [10, LYING, 4, 3],
    [2, UPRIGHT, 1, 2],
    [10, UPRIGHT, 2, 5],
  ]
) {
  Deno.test(`${count} tiles by the shape of the wall, ${shape}`, () => {
    assert.deepEqual(gridFor(count, shape, true), { columns, rows });
  });
}

for (
  const [count, shape, columns, rows] of [
    [2, LYING, 1, 2],
    [14, LYING, 3, 5],
    [14, UPRIGHT, 1, 14],
  ]
) {
  Deno.test(`${count} rows by the shape of the wall, ${shape}`, () => {
    assert.deepEqual(gridFor(count, shape, false), { columns, rows });
  });
}
