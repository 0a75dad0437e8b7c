// js/server-clock.js: the server's time, on a machine whose clocks only the test moves.

import assert from "node:assert/strict";
import { ServerClock } from "/static/js/server-clock.js";

const HOUR = 3_600_000;

let [wall, run] = [0, 0];
Date.now = () => wall;
performance.now = () => run;

/** @param {number} ms */
function pass(ms) {
  wall += ms;
  run += ms;
}

/**
 * The machine's clock is set.
 * @param {number} ms
 */
function jump(ms) {
  wall += ms;
}

function newClock() {
  [wall, run] = [50_000, 1000];
  return new ServerClock();
}

Deno.test("before the server has said the time it is the machine's own", () => {
  const clock = newClock();
  pass(500);
  assert.equal(clock.now(), 50_500);
});

Deno.test("time runs on from what the server said", () => {
  const clock = newClock();
  clock.set(9000);
  pass(500);
  jump(7000);
  assert.equal(clock.now(), 9500);
});

Deno.test("an answer is of the middle of the time it took, and a slow one says nothing", () => {
  const after = (/** @type {number} */ ms) => {
    const clock = newClock();
    const requestedAt = performance.now();
    pass(ms);
    clock.set(9000, requestedAt);
    return clock.now();
  };
  assert.equal(after(1998), 9999);
  assert.equal(after(2000), 52_000);
});

Deno.test("a frozen clock does not move until the server says the time", () => {
  const clock = newClock();
  clock.set(9000);
  pass(50);
  clock.freeze();
  pass(50);
  assert.equal(clock.now(), 9000);
  clock.set(9400);
  pass(1);
  assert.equal(clock.now(), 9401);
});

Deno.test("seconds since an instant are never negative", () => {
  const clock = newClock();
  clock.set(61_500);
  assert.equal(clock.secondsSince("1970-01-01T00:01:00Z"), 1.5);
  assert.equal(clock.secondsSince("1970-01-01T00:02:00Z"), 0);
});

for (
  const [name, ms, asks] of /** @type {[string, number, number][]} */ ([
    ["right", 0, 0],
    ["set forward", HOUR, 1],
    ["set back", -HOUR, 1],
  ])
) {
  Deno.test(`a machine whose clock is ${name} asks the server ${asks} times`, async () => {
    const clock = newClock();
    let requests = 0;
    clock.set(1000);
    jump(ms);
    const now = await clock.sure(() => {
      requests += 1;
      return Promise.resolve(5000);
    });
    assert.deepEqual([now, requests], [asks ? 5000 : 1000, asks]);
  });
}

Deno.test("a clock in doubt that cannot ask shows no time", async () => {
  const clock = newClock();
  jump(HOUR);
  assert.equal(await clock.sure(() => Promise.reject(new Error("down"))), null);
});

Deno.test("a time from hours ago is asked for again", async () => {
  const clock = newClock();
  clock.set(1000);
  pass(2 * HOUR - 1);
  const ask = () => Promise.resolve(5000);
  assert.equal(await clock.sure(ask), 2 * HOUR + 999);
  pass(1);
  assert.equal(await clock.sure(ask), 5000);
});
