// The meaning of a refused number, and how long a lost one can be claimed.

import assert from "node:assert/strict";
import { openPage } from "../../web/page.js";

openPage("kiosk");
const at = 1_800_000_000_000;
const press = { service: "pas", language: "da", key: "a-key", at };
// Kept over a reload of the page.
const localStorage = { getItem: () => JSON.stringify([press]), setItem() {} };
Object.defineProperty(globalThis, "localStorage", { value: localStorage });
const { releaseUnclaimed, troubleOf, unanswered, unknownTrouble } = await import(
  "/static/pages/kiosk/ticket/issue.js"
);

Deno.test("a refusal says what to do, and for how long", () => {
  const kind = (/** @type {string} */ code) => troubleOf({ code, retryAfter: null })?.kind;
  assert.deepEqual(
    ["rate_limited", "service_inactive", "forbidden", "branch_not_found", "other"].map(kind),
    ["limited", "gone", "refused", "removed", "failed"],
  );
  assert.equal(troubleOf({ code: "branch_closed", retryAfter: null }), null);
  assert.equal(troubleOf({ code: "rate_limited", retryAfter: 60 })?.seconds, 60);
  assert.equal(troubleOf({ code: "rate_limited", retryAfter: 5 })?.seconds, 25);
  const wanted = { service: "pas", language: "da" };
  assert.deepEqual(unknownTrouble(wanted), { kind: "unknown", seconds: 25, wanted });
});

Deno.test("a lost number can be claimed for two minutes, and then leaves the queue", async () => {
  /** @type {string[]} */
  const asked = [];
  globalThis.fetch = /** @type {any} */ ((/** @type {URL} */ address) => {
    asked.push(address.pathname.replace("/api/v1/branches/hall", ""));
    return Promise.resolve(new Response(JSON.stringify({ id: "v1", state: "waiting" })));
  });
  const now = Date.now;
  try {
    for (
      const [later, fresh] of /** @type {const} */ ([
        [119_999, true],
        [120_000, false],
        [-119_999, true],
        [-120_000, false], // a clock that was set back
      ])
    ) {
      Date.now = () => at + later;
      assert.equal(unanswered()?.key, fresh ? "a-key" : undefined, String(later));
      if (fresh) await releaseUnclaimed();
    }
    assert.deepEqual(asked, []);
    await releaseUnclaimed();
    assert.deepEqual(asked, ["/visits/by-key", "/visits/v1/abandon"]);
  } finally {
    Date.now = now;
  }
});
