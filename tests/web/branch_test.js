// How long a visit waits, as the pages for staff show it.

import assert from "node:assert/strict";

const { isHeld, waitedSince } = await import("/static/js/branch.js");
const { serverClock } = await import("/static/js/server-clock.js");

Deno.test("a wait counts on from the server's answer, but not while it is held", () => {
  const now = Date.parse("2026-11-25T10:00:00Z");
  serverClock.set(now);
  const visit = (/** @type {string | null} */ until) => ({
    held_until: until,
    waiting_seconds: 60,
  });
  assert.equal(Math.round(waitedSince(visit(null), now - 30_000)), 90);
  const delayed = visit("2026-11-25T10:05:00Z");
  assert.ok(isHeld(delayed));
  assert.equal(waitedSince(delayed, now - 30_000), 60);
  assert.ok(!isHeld(visit("2026-11-25T09:59:00Z")));
});
