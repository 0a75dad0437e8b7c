// The meaning of a refused number.

import assert from "node:assert/strict";
import { openPage } from "../../web/page.js";

openPage("kiosk");
const { troubleOf, unknownTrouble } = await import("/static/pages/kiosk/issue.js");

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
