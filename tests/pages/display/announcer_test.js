// Calls are announced in rounds, and one that fails holds up no other.

import assert from "node:assert/strict";
import { openPage } from "../../web/page.js";

openPage("display");
const { Announcer } = await import("/static/pages/display/announcer.js");

/** @param {string} number */
const call = (number, silent = false) => ({
  number,
  counter: "1",
  language: "da",
  recalls: 0,
  again: false,
  at: 0,
  open: true,
  silent,
  missed: null,
});

for (const hook of ["ring", "read", "show"]) {
  Deno.test({
    name: `an announcement whose ${hook} fails ends and the next one is made`,
    sanitizeOps: false, // a round holds for some seconds, which nobody waits for here
    sanitizeResources: false,
    fn: async () => {
      /** @type {string[]} */
      const shown = [];
      let failed = false;
      const failOnce = (/** @type {string} */ name) => {
        if (name !== hook || failed) return;
        failed = true;
        throw new Error("on purpose");
      };
      const announcer = new Announcer({
        ring: () => Promise.resolve().then(() => failOnce("ring")).then(() => true),
        read: () => Promise.resolve().then(() => failOnce("read")).then(() => true),
        show: ({ number }) => {
          shown.push(number);
          failOnce("show");
        },
        changed() {},
        isOpen: () => true,
        isQuiet: () => false,
      });
      const reported = new Promise((resolve) => {
        globalThis.reportError = resolve;
      });
      announcer.add(call("A001"));
      assert.equal(/** @type {Error} */ (await reported).message, "on purpose");
      const idle = new Promise((resolve) => setTimeout(resolve, 0));
      await idle;
      assert.deepEqual([announcer.round, announcer.current], [[], null]);
      announcer.add(call("A002"));
      await new Promise((resolve) => setTimeout(resolve, 0));
      assert.equal(shown.at(-1), "A002");
      assert.deepEqual(announcer.round.map(({ number }) => number), ["A002"]);
    },
  });
}

Deno.test({
  name: "a silent call is shown alone and not heard, and those that are heard come after it",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    /** @type {string[]} */
    const heard = [];
    /** @type {string[]} */
    const shown = [];
    const announcer = new Announcer({
      ring: (kind) => Promise.resolve(heard.push(kind) > 0),
      read: ({ number }) => Promise.resolve(heard.push(number) > 0),
      show: ({ number }) => shown.push(number),
      changed() {},
      isOpen: () => true,
      isQuiet: ({ silent }) => silent,
    });
    announcer.add(call("A001", true));
    announcer.add(call("A002"));
    await new Promise((resolve) => setTimeout(resolve, 0));
    assert.deepEqual([announcer.quiet, shown, heard], [true, ["A001"], []]);
    assert.deepEqual(announcer.round.map(({ number }) => number), ["A001"]);
    assert.deepEqual(announcer.calls.map(({ number }) => number), ["A001", "A002"]);
  },
});

/**
 * How long a round of one call is shown, in seconds, by a clock that its pauses move on.
 * @param {{ quiet: boolean, audible: boolean }} how
 */
async function stands({ quiet, audible }) {
  const { setTimeout: real, performance: clock } = globalThis;
  let now = 0;
  Object.assign(globalThis, {
    setTimeout: (/** @type {() => void} */ then, /** @type {number} */ ms) => {
      now += ms;
      queueMicrotask(then);
    },
  });
  Object.defineProperty(globalThis, "performance", {
    value: { now: () => now },
    configurable: true,
  });
  try {
    await new Promise((resolve) => {
      const announcer = new Announcer({
        ring: () => Promise.resolve(audible),
        read: () => Promise.resolve(false),
        show() {},
        changed: () => announcer.round.length === 0 && resolve(null),
        isOpen: () => true,
        isQuiet: () => quiet,
      });
      announcer.add(call("A001"));
    });
  } finally {
    globalThis.setTimeout = real;
    Object.defineProperty(globalThis, "performance", { value: clock });
  }
  return now / 1000;
}

Deno.test("a call without sound is shown for longer, and a silent call for longest", async () => {
  assert.equal(await stands({ quiet: false, audible: true }), 6);
  assert.equal(await stands({ quiet: false, audible: false }), 8);
  assert.equal(await stands({ quiet: true, audible: false }), 14);
});
