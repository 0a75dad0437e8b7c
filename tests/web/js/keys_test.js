// js/keys.js: what is typing, and that a key has one meaning.

import assert from "node:assert/strict";
import { openPage } from "../page.js";

openPage("counter");
const { KEYS, keyName, mayCommand, Rhythm, TEXT_RESTS_MS, TYPING_MS } = await import(
  "/static/js/keys.js"
);

/**
 * The keys that are text, each pressed so many milliseconds after the one before.
 * @param {[key: string, after: number][]} presses
 */
function text(...presses) {
  const rhythm = new Rhythm();
  let at = 5;
  return presses.map(([key, after]) => rhythm.isText(key, at += after));
}

Deno.test("two letters or digits within a quarter of a second are text", () => {
  assert.deepEqual(text(["p", 0], ["e", TYPING_MS - 1]), [false, true]);
  assert.deepEqual(text(["p", 0], ["e", TYPING_MS]), [false, false]);
  assert.deepEqual(text(["1", 0], ["2", TYPING_MS - 1]), [false, true]);
  assert.deepEqual(text(["ø", 0], ["Å", TYPING_MS - 1]), [false, true]);
});

Deno.test("a text goes on, with its spaces, until it rests for a second", () => {
  const word = /** @type {[string, number][]} */ ([["p", 0], ["a", 100]]);
  assert.deepEqual(text(...word, [" ", TEXT_RESTS_MS - 1]), [false, true, true]);
  assert.deepEqual(text(...word, [" ", TEXT_RESTS_MS]), [false, true, false]);
  assert.deepEqual(text(...word, [" ", 100], ["k", TEXT_RESTS_MS - 1]).at(-1), true);
});

Deno.test("the space bar and Enter are commands, but for those within a text", () => {
  assert.deepEqual(text([" ", 0], [" ", 10]), [false, false]);
  assert.deepEqual(text(["Enter", 0], ["p", 10]), [false, false]);
  assert.deepEqual(text(["i", 0], [" ", TYPING_MS - 1]), [false, true]);
  assert.deepEqual(text(["3", 0], ["Enter", TYPING_MS - 1]), [false, true]);
});

Deno.test("keys that write nothing are no text, and end none", () => {
  assert.deepEqual(text(["p", 0], ["Shift", 10], ["A", 10]), [false, false, true]);
  assert.deepEqual(text(["p", 0], ["Escape", 10]), [false, false]);
});

Deno.test("a key has one meaning", () => {
  const keys = Object.values(KEYS).flat();
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(keyName("done_and_next"), "Shift+Space");
  assert.equal(keyName("recall"), "R");
});

Deno.test("a key that is held is one command, and none of the browser's is one", () => {
  globalThis.Element = /** @type {any} */ (class {});
  const press = (/** @type {object} */ more = {}) =>
    mayCommand(/** @type {any} */ ({ key: "r", target: null, ...more }));
  assert.ok(press());
  assert.ok(!press({ repeat: true }));
  for (const held of ["ctrlKey", "metaKey", "altKey"]) assert.ok(!press({ [held]: true }));
});
