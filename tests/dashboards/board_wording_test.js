// Names and phrases of the board.

import assert from "node:assert/strict";
import { openPage } from "../web/page.js";

openPage("board", { lang: "en" });
const { counterName } = await import("/static/pages/board/wording.js");

/** @import { Board } from "/static/js/types.d.ts" */

Deno.test("a counter is called by its name, in the page's language", () => {
  const board = /** @type {Board} */ (
    /** @type {unknown} */ ({ names: { counters: { c1: "Skranke 1" } } })
  );
  assert.deepEqual(["c1", "c9", null].map((id) => counterName(board, id)), ["Counter 1", "c9", ""]);
});

Deno.test("a closed board says that the queue is empty only if it is", async () => {
  const { wellWhy } = await import("/static/pages/board/draw-attention.js");
  /** @param {number[]} waiting by service; only the bus calls them, so no notice has them */
  const closed = (waiting) => {
    const queues = waiting.map((n) => ({ waiting: n }));
    const board = { open: false, queues, counters: [{ state: "free" }] };
    return wellWhy(/** @type {Board} */ (/** @type {unknown} */ (board)));
  };
  assert.equal(closed([0, 0]), "The branch is closed, and nobody is waiting. 1 counter is open.");
  assert.match(closed([1, 0]), /^The branch is closed\. 1 is still waiting and is not called/);
  assert.match(closed([1, 3]), /^The branch is closed\. 4 are still waiting and are not called/);
});

Deno.test("the way to act is the form with what a notice names filled in", async () => {
  const { actQuery } = await import("/static/pages/board/draw-attention.js");
  const counters = [{ id: "1", state: "closed" }, { id: "2", state: "free" }];
  const board = /** @type {Board} */ (/** @type {unknown} */ ({ counters, mobile: null }));
  const pace = { headline: "", hint: "", until: "16:00", act: "open_counter" };
  const asked = (/** @type {Parameters<typeof actQuery>[1]} */ notice, shown = board) =>
    String(actQuery(shown, { counter: null, team: null, ...notice }));
  assert.equal(asked({ kind: "pace", pace }), "kind=open_counter&until=time&time=16%3A00");
  assert.equal(asked({ kind: "pace", pace: { ...pace, act: "" } }), "null");
  assert.equal(asked({ kind: "long_wait", counter: "1" }), "kind=open_counter&counter=1");
  assert.equal(asked({ kind: "long_wait", counter: "2" }), "null");
  assert.equal(
    asked({ kind: "untaken", counter: "2", services: ["a", "b"] }),
    "kind=lend_counter&counter=2&service=a&service=b",
  );
  assert.equal(asked({ kind: "goal" }), "null");
  const mobile = /** @type {Board["mobile"]} */ ({ run_by: "bus" });
  assert.equal(asked({ kind: "pace", pace }, { ...board, mobile }), "null");
});
