// js/requests.js: one request at a time, and presses that are each done once.

import assert from "node:assert/strict";
import { openPage } from "../page.js";

openPage("counter");
const { ApiError } = await import("/static/js/api.js");
const { oneAtATime, Presses } = await import("/static/js/requests.js");

Deno.test("work that is asked for meanwhile is done once more, and never twice at once", async () => {
  let [runs, atOnce] = [0, 0];
  const refresh = oneAtATime(async () => {
    runs += 1;
    atOnce += 1;
    assert.equal(atOnce, 1);
    await Promise.resolve();
    atOnce -= 1;
    if (runs === 1) throw new Error("the line tells of it");
  });
  await Promise.all([refresh(), refresh(), refresh()]);
  assert.equal(runs, 2);
  await refresh();
  assert.equal(runs, 3);
});

const lost = new ApiError({ code: "network", status: 0 });
const refused = new ApiError({ code: "wrong_state", status: 409 });

/**
 * Presses, what was sent with which keys, and what to answer.
 * @param {(Error | string)[]} answers
 */
function sending(answers) {
  const presses = new Presses();
  /** @type {string[]} */
  const keys = [];
  const send = (name = "call") =>
    presses.send(name, async (key) => {
      keys.push(key);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return await Promise.resolve(answer);
    });
  return { presses, keys, send };
}

Deno.test("a press whose response was lost is repeated with its key until it is answered", async () => {
  const { presses, keys, send } = sending([lost, lost, "done", "again"]);
  await assert.rejects(send);
  assert.ok(presses.isAnyLost);
  await assert.rejects(send);
  assert.equal(await send(), "done");
  assert.ok(!presses.isAnyLost);
  await send();
  assert.equal(keys[0], keys[1]);
  assert.equal(keys[0], keys[2]);
  assert.notEqual(keys[2], keys[3]);
});

Deno.test("a press that was refused, and one that is forgotten, is a new one", async () => {
  const { presses, keys, send } = sending([refused, lost, lost, "a", "b"]);
  await assert.rejects(send);
  await assert.rejects(send);
  await assert.rejects(() => send("park"));
  presses.forget("ca");
  await send();
  await send("park");
  assert.equal(new Set(keys).size, 4);
  assert.equal(keys[2], keys[4]);
});

Deno.test("the same press is not sent while it is under way, and another one is", async () => {
  const { keys, send } = sending(["a", "b", "c"]);
  assert.deepEqual(await Promise.all([send(), send(), send("park")]), ["a", undefined, "b"]);
  assert.equal(await send(), "c");
  assert.equal(keys.length, 3);
});
