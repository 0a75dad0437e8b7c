// How the board says lengths, shares and how a goal stands.

import assert from "node:assert/strict";
import { openPage } from "../web/page.js";

openPage("board", { lang: "en" });
const { budgetWords, counterName, limit, percent, roughly, verdictOf } = await import(
  "/static/pages/board/wording.js"
);

/** @import { Board, BoardGoal } from "/static/js/types.d.ts" */

/** @param {string} text */
const plain = (text) => text.replaceAll("\u00a0", " ");

/**
 * @param {Partial<BoardGoal>} more
 * @param {Partial<BoardGoal["today"]>} today
 * @returns {BoardGoal}
 */
function goal(more = {}, today = {}) {
  const share = { judged: 20, within: 16, ratio: 0.8, low: 0.6, high: 0.9, verdict: "open" };
  return {
    id: "g1",
    indicator: "handling_time_within",
    threshold_seconds: 360,
    target: 0.8,
    services: null,
    today: { ...share, ...today },
    few: false,
    hour: share,
    budget: 1,
    needed: null,
    overdue: 0,
    ...more,
  };
}

Deno.test("a limit is in minutes where it can be", () => {
  assert.deepEqual([360, 90].map(limit).map(plain), ["6 min", "90 s"]);
});

Deno.test("a length that need not be exact is rounded down", () => {
  const told = [-5, 40.9, 60, 299, 3599, 3600, 3905].map(roughly).map(plain);
  assert.deepEqual(told, ["0 s", "40 s", "1 min", "4 min", "59 min", "1 h", "1 h 5 min"]);
});

Deno.test("a share has no decimals", () => {
  assert.equal(percent(0.774), "77%");
});

Deno.test("how a goal stands", () => {
  assert.equal(verdictOf(goal({}, { judged: 0 })), "none");
  assert.equal(verdictOf(goal({ few: true })), "few");
  assert.equal(verdictOf(goal({}, { verdict: "met" })), "met");
  assert.equal(verdictOf(goal({ budget: 0 })), "above");
  assert.equal(verdictOf(goal({ budget: -1 })), "below");
});

Deno.test("what is left is said where something was judged", () => {
  assert.equal(budgetWords(goal({}, { judged: 0 })), null);
  assert.match(budgetWords(goal({ budget: 2 })) ?? "", /2/);
  assert.match(budgetWords(goal({ budget: -1, needed: 7 })) ?? "", /7/);
  assert.match(budgetWords(goal({ overdue: 3 }, { judged: 0 })) ?? "", /3/);
});

Deno.test("a counter is called by its name, in the page's language", () => {
  const board = /** @type {Board} */ (
    /** @type {unknown} */ ({ names: { counters: { c1: "Skranke 1" } } })
  );
  assert.deepEqual(["c1", "c9", null].map((id) => counterName(board, id)), ["Counter 1", "c9", ""]);
});
