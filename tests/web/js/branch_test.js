// How long a visit waits, as the pages for staff show it.

import assert from "node:assert/strict";

const { isHeld, waitedSince } = await import("/static/js/branch.js");
const { serverClock } = await import("/static/js/server-clock.js");

Deno.test("a wait counts on from the server's answer, but not while it is held", () => {
  const now = Date.parse("2026-11-25T10:00:00Z");
  serverClock.set(now);
  const visit = (
    /** @type {string | null} */ until,
    /** @type {string | null} */ booked = null,
  ) => ({ held_until: until, booked_for: booked, waiting_seconds: 60 });
  assert.equal(Math.round(waitedSince(visit(null), now - 30_000)), 90);
  const delayed = visit("2026-11-25T10:05:00Z");
  assert.ok(isHeld(delayed));
  assert.equal(waitedSince(delayed, now - 30_000), 60);
  assert.ok(!isHeld(visit("2026-11-25T09:59:00Z")));
  const booked = [["09:59:30", 90], ["09:59:50", 70], ["10:00:00", 60], ["10:05:00", 60]];
  for (const [time, seconds] of booked) {
    const wait = waitedSince(visit(null, `2026-11-25T${time}Z`), now - 30_000);
    assert.equal(Math.round(wait), seconds);
  }
});
