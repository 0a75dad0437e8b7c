// The kiosk's times: when its warning sounds, and the last day on a slip.

import assert from "node:assert/strict";
import { makeElements, openPage } from "../../web/page.js";

openPage("kiosk", { as: "kiosk" });
const { Countdown } = await import("/static/pages/kiosk/countdown.js");
const { codeOf } = await import("/static/pages/kiosk/slip/slip-code.js");
makeElements();

Deno.test("a citizen who is still there is warned once more, and not at each touch", () => {
  const { setInterval: real, performance: clock } = globalThis;
  let now = 0, warned = 0, ended = 0;
  /** @type {() => void} */
  let tick = () => {};
  globalThis.setInterval = /** @type {any} */ ((/** @type {() => void} */ then) => tick = then);
  Object.defineProperty(globalThis, "performance", {
    value: { now: () => now },
    configurable: true,
  });
  const after = (/** @type {number} */ seconds) => {
    now += seconds * 1000;
    tick();
    return warned;
  };
  const touch = () => dispatchEvent(new Event("pointerdown"));
  try {
    const countdown = new Countdown({ onEnd: () => ended += 1, onWarn: () => warned += 1 });
    countdown.start(40, 20);
    assert.deepEqual([after(19), after(1), after(1)], [0, 1, 1]);
    touch(); // 40 seconds from here, in sight
    assert.deepEqual([after(20), after(9), after(1), after(1)], [1, 1, 2, 2]);
    touch();
    assert.deepEqual([after(29), after(1), ended], [2, 3, 0]);
    after(10);
    assert.equal(ended, 1);
    countdown.start(40, 20);
    touch(); // before anything is in sight it is said as if it had just begun
    assert.deepEqual([after(19), after(1)], [3, 4]);
    countdown.stop();
  } finally {
    globalThis.setInterval = real;
    Object.defineProperty(globalThis, "performance", { value: clock });
  }
});

Deno.test("a slip has the address of its code, as it is typed", () => {
  const code = { code: "b", address: "https://queue.dk/t/b", qr: { size: 1, path: "" } };
  const { text } = /** @type {any} */ (codeOf(code, "da"));
  assert.match(text, /queue\.dk\/t\/b$/);
});
