// New calls, open calls, and calls in front.

import assert from "node:assert/strict";
import { openPage } from "../../web/page.js";

openPage("display");
const { Calls } = await import("/static/pages/display/calls.js");
const { arrange } = await import("/static/pages/display/stage.js");

/** @import { CounterInState, RecentCall, VisitEvent } from "/static/js/types.d.ts" */

const time = (/** @type {number} */ second) =>
  new Date(Date.parse("2026-11-25T10:00:00Z") + second * 1000).toISOString();

/**
 * A call as a state contains it.
 * @param {string} number
 * @param {number} second
 * @returns {RecentCall}
 */
const call = (number, second, recalls = 0) => ({
  number,
  counter: "1",
  called_at: time(second),
  recalls,
  language: "da",
  state: "called",
  silent: false,
  missed_at: null,
});

/**
 * A counter where a number is called.
 * @param {string} number
 * @param {number} second
 * @returns {CounterInState}
 */
const stand = (number, second, recalls = 0) => ({
  id: "1",
  name: "Skranke 1",
  names: {},
  state: "called",
  number,
  team: null,
  service: null,
  since: time(second),
  recalls,
  language: "da",
  pause: null,
  silent: false,
});

/**
 * @param {number} second
 * @param {RecentCall[]} calls
 * @param {CounterInState[]} counters
 */
const state = (second, calls, counters = []) => ({
  at: time(second),
  calls,
  missed: /** @type {RecentCall[]} */ ([]),
  counters,
});

/** @param {number} second */
const called = (second) =>
  Calls.of(
    "visit.called",
    /** @type {VisitEvent} */ ({ number: "A001", counter: "1", at: time(second) }),
  );

Deno.test("a state reports only news", () => {
  const calls = new Calls();
  const news = [
    state(10, [call("A002", 9), call("A001", 8)]),
    state(20, [call("A003", 15), call("A002", 9), call("A001", 8)]),
    state(30, [call("A003", 15), call("A002", 9, 1)]),
    state(40, [call("A003", 35), call("A002", 9, 1)]),
  ].map((one) =>
    calls.news(one).map((found) => {
      calls.put(found);
      return [found.number, found.again];
    })
  );
  assert.deepEqual(news, [
    [["A001", false], ["A002", false]],
    [["A003", false]],
    [["A002", true]],
    [["A003", false]],
  ]);
});

Deno.test("a called number is open though ten others were called since", () => {
  const calls = new Calls();
  const later = Array.from({ length: 10 }, (_, n) => call(`B00${n}`, 30 + n));
  for (const one of calls.news(state(60, later, [stand("A001", 5, 1)]))) calls.put(one);
  assert.deepEqual(calls.open.map(({ number, again }) => [number, again]), [["A001", true]]);
  assert.equal(calls.met.length, 10);
});

for (
  const [name, stateAt, open] of /** @type {[string, number, boolean][]} */ ([
    ["the state is older", 19, false],
    ["the state is of the same moment", 20, true],
    ["it was called again since", 21, true],
  ])
) {
  Deno.test(`a call that was met is open or not as the newer says: ${name}`, () => {
    const calls = new Calls();
    calls.put(called(5));
    calls.leave("A001", "serving", Date.parse(time(20)));
    for (const one of calls.news(state(stateAt, [], [stand("A001", 5)]))) calls.put(one);
    assert.equal(calls.isOpen("A001"), open);
  });
}

Deno.test("a call later than the state stays", () => {
  const calls = new Calls();
  calls.put(called(5));
  calls.news(state(4, []));
  assert.equal(calls.open.length, 1);
  calls.news(state(6, []));
  assert.equal(calls.open.length, 0);
});

Deno.test("a call of the same moment as the state is settled by it", () => {
  const calls = new Calls();
  calls.put(called(5));
  calls.news(state(5, [{ ...call("A001", 5), state: "serving" }]));
  assert.deepEqual([calls.open.length, calls.met.length], [0, 1]);
});

Deno.test("a call is met when its visit goes on, and gone when it waits again", () => {
  const calls = new Calls();
  calls.put(called(5));
  calls.leave("A001", "called", Date.parse(time(6)));
  assert.ok(calls.isOpen("A001"));
  calls.leave("A001", "serving", Date.parse(time(7)));
  assert.deepEqual([calls.open.length, calls.met.length], [0, 1]);
  calls.leave("A001", "waiting", Date.parse(time(8)));
  assert.deepEqual([calls.open.length, calls.met.length], [0, 0]);
});

Deno.test("a number whose citizen did not come is missed for as long as its place is kept", () => {
  const calls = new Calls();
  calls.put(called(0));
  calls.leave("A001", "no_show", Date.parse(time(60)));
  const at = (/** @type {number} */ second) => calls.missed(Date.parse(time(second)), 900_000);
  assert.deepEqual(at(959).map(({ number }) => number), ["A001"]);
  assert.deepEqual(at(960), []);
  calls.leave("A001", "waiting", Date.parse(time(70)));
  assert.deepEqual(at(80), []);
});

Deno.test("a state says who was missed, and who was not", () => {
  const calls = new Calls();
  const missed = {
    ...call("A001", 0),
    state: /** @type {const} */ ("no_show"),
    missed_at: time(9),
  };
  calls.news(state(10, [missed, { ...call("A002", 1), state: null }]));
  for (const one of calls.news(state(11, [missed]))) calls.put(one);
  calls.put({ ...called(0), open: false });
  calls.news(state(12, [missed]));
  assert.deepEqual(
    calls.missed(Date.parse(time(12)), 900_000).map(({ number }) => number),
    ["A001"],
  );
});

Deno.test("a display that is loaded again shows what it showed before", () => {
  const before = new Calls();
  const later = Array.from({ length: 10 }, (_, n) => call(`A10${n}`, n + 2));
  for (const { number, called_at } of [call("A001", 0), call("A002", 1), ...later]) {
    before.put({ ...called(0), number, at: Date.parse(called_at) });
  }
  for (const { number } of later) before.leave(number, "over", Date.parse(time(30)));
  before.leave("A001", "no_show", Date.parse(time(60)));
  before.leave("A002", "no_show", Date.parse(time(61)));
  const gone = (/** @type {number} */ n) => ({
    ...call(`A00${n}`, n - 1),
    state: /** @type {const} */ ("no_show"),
    missed_at: time(59 + n),
  });
  const met = later.map((one) => ({ ...one, state: null })).reverse();
  const now = { ...state(62, met), missed: [gone(2), gone(1)] };
  before.news(now);
  const after = new Calls();
  for (const one of after.news(now)) after.put(one);
  const shown = (/** @type {InstanceType<typeof Calls>} */ calls) => ({
    open: calls.open,
    met: calls.met.map(({ number, missed }) => [number, missed]),
    missed: calls.missed(Date.parse(time(62)), 900_000).map(({ number }) => number),
  });
  assert.deepEqual(shown(after), shown(before));
  assert.deepEqual(shown(after).missed, ["A002", "A001"]);
  before.news({ ...now, missed: [gone(2)] });
  assert.deepEqual(shown(before).missed, ["A002"], "its place is kept no longer");
});

Deno.test("a number that waits again or has left since is not shown", () => {
  const calls = new Calls();
  const back = (/** @type {"waiting" | "abandoned"} */ state) => ({ ...call("A001", 0), state });
  assert.deepEqual(calls.news(state(10, [back("waiting")])), []);
  assert.deepEqual(calls.news(state(11, [back("abandoned")])), []);
});

Deno.test("the newest is first, and a citizen who missed a call finds the number in some turn", () => {
  const calls = new Calls();
  const numbers = (/** @type {{ number: string }[]} */ list) =>
    list.map(({ number }) => number).join(" ");
  ["A001", "A002", "A003", "A004", "A005", "A006", "A007"].forEach((number, second) =>
    calls.put({ ...called(second), number })
  );
  const at = Date.parse(time(20));
  for (const number of ["A001", "A002", "A003"]) calls.leave(number, "no_show", at);
  const missed = calls.missed(at + 1000, 60_000);
  const turns = [0, 1, 2].map((turn) => arrange(calls, ["A006", "A007"], [], missed, turn));
  assert.deepEqual(turns.map(({ front }) => numbers(front)), Array(3).fill("A007 A006"));
  assert.deepEqual(turns.map(({ rest }) => numbers(rest)), [
    "A005 A004 A003 A002",
    "A005 A004 A001 A003",
    "A005 A004 A002 A001",
  ]);
});

Deno.test("a missed number is in front only if there is no other", () => {
  const calls = new Calls();
  for (const [second, number] of ["A001", "A002", "A003"].entries()) {
    calls.put({ ...called(second), number });
  }
  const at = Date.parse(time(20));
  const front = () => {
    const shown = arrange(calls, [], [], calls.missed(at + 1000, 60_000), 0);
    return [shown.front, shown.rest].map((list) => list.map(({ number }) => number).join(" "));
  };
  calls.leave("A003", "no_show", at);
  assert.deepEqual(front(), ["A002", "A001 A003"]);
  calls.leave("A002", "serving", at);
  calls.leave("A001", "serving", at);
  assert.deepEqual(front(), ["A002", "A003 A001"]);
  calls.leave("A002", "waiting", at);
  calls.leave("A001", "waiting", at);
  assert.deepEqual(front(), ["A003", ""]);
});
