// A supervisor's requests: the counter knows when it is lent, and when that is over.

import assert from "node:assert/strict";
import { makeElements, openPage } from "../../web/page.js";

const branch = {
  timezone: "Europe/Copenhagen",
  languages: ["da"],
  services: [],
  counters: [],
  teams: [],
};
openPage("counter", { data: { branch, outcomes: [] } });
const { drawAsked } = await import("/static/pages/counter/dialogs/asked.js");
const { model } = await import("/static/pages/counter/model.js");
const { serverClock } = await import("/static/js/server-clock.js");
makeElements();

const NOW = Date.parse("2026-11-25T10:00:00Z");
const lent = {
  id: "i1",
  kind: "lend_counter",
  counter: "c1",
  team: null,
  services: ["pas"],
  ends_at: "2026-11-25T11:00:00Z",
  until: "time",
  asked_by: "supervisor",
};

Deno.test("a counter is asked for again when a lending begins and when it ends", async () => {
  /** @type {string[]} */
  const asked = [];
  globalThis.fetch = /** @type {any} */ ((/** @type {URL | string} */ address) => {
    asked.push(String(address));
    const here = { id: "c1", at: new Date(NOW).toISOString() };
    return Promise.resolve(Response.json(here));
  });
  model.counter = /** @type {any} */ ({ id: "c1" });
  const at = async (/** @type {object[]} */ interventions, /** @type {number} */ now) => {
    serverClock.set(now);
    model.state = /** @type {any} */ ({ interventions });
    drawAsked();
    await new Promise((resolve) => setTimeout(resolve, 0));
    return asked.length;
  };
  assert.equal(await at([], NOW), 0);
  assert.equal(await at([{ ...lent, counter: "c2" }], NOW), 0);
  assert.equal(await at([lent], NOW), 1);
  assert.equal(await at([lent], NOW + 1000), 1);
  assert.equal(await at([lent], NOW + 3_600_000), 2);
  assert.match(asked[0], /\/counters\/c1/);
});
