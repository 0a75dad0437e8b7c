// What it means where a number is refused.

import assert from "node:assert/strict";
import { openPage } from "../../web/page.js";

openPage("kiosk");
const { ApiError } = await import("/static/js/api.js");
const { isLost, troubleOf, unknownTrouble } = await import("/static/pages/kiosk/issue.js");

Deno.test("a request is lost where nobody knows what became of it", () => {
  const lost = (/** @type {string} */ code, /** @type {number} */ status) =>
    isLost(new ApiError({ code, status }));
  assert.ok(lost("network", 0));
  assert.ok(lost("store_unavailable", 503));
  assert.ok(lost("unknown", 500));
  assert.ok(!lost("branch_closed", 409));
  assert.ok(!lost("rate_limited", 429));
});

Deno.test("a refusal tells what to do, and for how long", () => {
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
