// The counter's model of its branch.

import assert from "node:assert/strict";
import { openPage } from "../../web/page.js";

const NOW = Date.parse("2026-11-25T10:00:00Z");
const goal = { indicator: "handling_time_within", target_ratio: 0.8 };
const branch = {
  timezone: "Europe/Copenhagen",
  languages: ["da", "en"],
  services: [
    { id: "pas", name: { da: "Pas", en: "Passport" }, active: true },
    { id: "flyt", name: { da: "Flytning" }, active: true },
    { id: "old", name: { da: "Gammel" }, active: false },
    { id: "hent", name: { da: "Hent pas" }, active: false, collects: true },
  ],
  counters: [
    { id: "c1", name: "Skranke 1", services: ["*"] },
    { id: "c2", name: { da: "Vielser", en: "Weddings" }, services: ["pas"] },
  ],
  teams: [{ id: "front", name: { da: "Front" }, services: ["flyt"] }],
  bookings: { head_start_seconds: 900 },
  goals: [
    { ...goal, id: "g1", threshold_seconds: 360, services: ["*"] },
    { ...goal, id: "g2", threshold_seconds: 300, services: ["flyt"] },
    { ...goal, id: "g3", threshold_seconds: 60, services: ["*"], indicator: "waiting_time_within" },
  ],
};
openPage("counter", {
  data: { branch, next_opening: NOW + 3_600_000, outcomes: [], undo_within_ms: 1 },
  lang: "en",
});
const page = await import("/static/pages/counter/branch.js");
const { serverClock } = await import("/static/js/server-clock.js");
const { model } = await import("/static/pages/counter/model.js");
const { printed } = await import("/static/pages/counter/lists/find.js");
const { unfitWords } = await import("/static/pages/counter/lists/needs.js");
const { pauseOrGoOn } = await import("/static/pages/counter/pauses.js");

Deno.test("names are in the page's language", () => {
  assert.equal(page.serviceName("pas"), "Passport");
  assert.equal(page.serviceName("flyt"), "Flytning");
  assert.equal(page.serviceName("gone"), "gone");
  assert.deepEqual(["c1", "c2", "c9", null].map(page.counterName), [
    "Counter 1",
    "Weddings",
    "c9",
    "",
  ]);
  assert.equal(page.teamName(null), "");
});

Deno.test("a counter takes what it and its team take, of what is switched on", () => {
  const taken = (/** @type {string} */ id, /** @type {string} */ team) =>
    page.takes(id, team).map((service) => service.id);
  assert.deepEqual(taken("c1", ""), ["pas", "flyt"]);
  assert.deepEqual(taken("c1", "front"), ["flyt"]);
  assert.deepEqual(taken("c2", "front"), []);
});

Deno.test("a booking has a visit queued earlier, unless it came late or asked for a later time", () => {
  const ahead = (/** @type {Partial<import("/static/js/types.d.ts").Visit>} */ more) =>
    page.bookedHeadStart(
      /** @type {import("/static/js/types.d.ts").Visit} */ ({
        booked_for: "2026-11-25T09:00:00.000Z",
        issued_at: "2026-11-25T09:10:00.000Z",
        not_before: null,
        came_late: false,
        ...more,
      }),
    );
  assert.equal(ahead({}), 900);
  assert.equal(ahead({ issued_at: "2026-11-25T09:16:00.000Z" }), 960);
  assert.equal(ahead({ came_late: true }), 0);
  assert.equal(ahead({ not_before: "2026-11-25T10:00:00.000Z" }), undefined);
  assert.equal(ahead({ booked_for: null }), undefined);
});

Deno.test("the strictest goal for handling counts", () => {
  assert.deepEqual(["pas", "flyt", "hent"].map(page.goalSeconds), [360, 300, null]);
});

Deno.test("a closed branch says when it opens", () => {
  serverClock.set(NOW);
  assert.equal(page.closedSentence(), "");
  model.state = /** @type {any} */ ({ open: true });
  assert.equal(page.closedSentence(), "");
  model.state = /** @type {any} */ ({ open: false });
  assert.match(page.closedSentence(), /opens today at 12:00/);
});

Deno.test("a number is found however it was typed", () => {
  const typed = ["a12", "A 012", "ab-7", "12", "", "12a", "abcd1", "A1234"];
  assert.deepEqual(typed.map(printed), ["A012", "A012", "AB007", "012", null, null, null, "A1234"]);
});

Deno.test("where no counter is marked as accessible, none is called unfit", () => {
  model.counter = /** @type {any} */ ({ id: "c1" });
  const visit = /** @type {any} */ ({ number: "A001", needs: ["accessible_counter"] });
  assert.equal(unfitWords(visit, "needs.unfit"), "");
  const { counters } = /** @type {any} */ (page.configuration());
  counters[1].accessible = true;
  model.state = /** @type {any} */ ({ counters: [] });
  assert.match(unfitWords(visit, "needs.unfit"), /A001/);
  assert.equal(unfitWords({ ...visit, needs: [] }, "needs.unfit"), "");
  assert.equal(unfitWords(undefined, "needs.unfit"), "");
  model.counter = /** @type {any} */ ({ id: "c2" });
  assert.equal(unfitWords(visit, "needs.unfit"), "");
});

Deno.test("without reasons for a pause its key asks nothing", () => {
  model.counter = /** @type {any} */ ({ id: "c1", open: true, state: "free", pause: null });
  assert.equal(pauseOrGoOn(), null);
});
