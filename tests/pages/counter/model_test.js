// The model of the counter's page: the next visit, the effect of a command.

import assert from "node:assert/strict";
import { openPage } from "../../web/page.js";

openPage("counter");
const page = await import("/static/pages/counter/model.js");
const { serverClock } = await import("/static/js/server-clock.js");
const { model } = page;

/** @import { Counter, Visit } from "/static/js/types.d.ts" */

/**
 * @param {Partial<Visit>} more
 * @returns {Visit}
 */
const visit = (more = {}) => /** @type {Visit} */ (/** @type {unknown} */ ({
  id: "v1",
  service: "pas",
  state: "waiting",
  counter: null,
  for_counter: null,
  for_team: null,
  held_until: null,
  waiting_seconds: 60,
  ...more,
}));

/**
 * @param {Partial<Counter>} more
 * @returns {Counter}
 */
const counter = (more = {}) => ({
  id: "c1",
  name: "Skranke 1",
  state: "free",
  open: true,
  pause: null,
  team: "front",
  services: ["pas"],
  at: "2026-11-25T10:00:00Z",
  current: null,
  parked: [],
  ...more,
});

Deno.test("a visit is mine by its service, or by the counter or team it was sent to", () => {
  model.counter = counter();
  assert.ok(page.isMine(visit()));
  assert.ok(!page.isMine(visit({ service: "other" })));
  assert.ok(page.isMine(visit({ service: "other", for_counter: "c1" })));
  assert.ok(!page.isMine(visit({ for_counter: "c2" })));
  assert.ok(!page.isMine(visit({ position: null }))); // for the other machine of a bus
  assert.ok(page.isMine(visit({ service: "other", for_team: "front" })));
  assert.ok(!page.isMine(visit({ for_team: "back", for_counter: "c1" })));
  model.counter = null;
  assert.ok(!page.isMine(visit()));
});

Deno.test("a wait counts on from when the list was fetched", () => {
  const now = Date.parse("2026-11-25T10:00:00Z");
  serverClock.set(now);
  model.waitingAt = now - 30_000;
  assert.equal(Math.round(page.waitedSeconds(visit())), 90);
});

Deno.test("a visit that a command changed is taken in at once", () => {
  model.counter = counter();
  model.waiting = [visit(), visit({ id: "v2" })];
  page.applyVisit(visit({ state: "called", counter: "c1" }));
  assert.deepEqual(model.waiting.map(({ id }) => id), ["v2"]);
  assert.equal(page.mode(), "called");
  page.applyVisit(visit({ state: "parked", counter: "c1" }));
  assert.equal(page.mode(), "free");
  assert.deepEqual(model.counter.parked.map(({ id }) => id), ["v1"]);
  page.applyVisit(visit({ state: "serving", counter: "c2" }));
  assert.deepEqual([model.counter.parked, page.current()], [[], null]);
});

Deno.test("an event is about us by its counter or by a visit that was here", () => {
  model.counter = counter({ current: visit(), parked: [visit({ id: "v2" })] });
  const about = [{ id: "c1" }, { id: "v9", counter: "c1" }, { id: "v1" }, { id: "v2" }];
  assert.ok(about.every(page.isAboutUs));
  assert.ok(!page.isAboutUs({ id: "v3", counter: "c2" }));
});
