// The bottom strip of a display, and its message while the connection is lost.

import assert from "node:assert/strict";
import { makeElements, openPage } from "../../web/page.js";

openPage("display", { lang: "en" });
const { drawStrip } = await import("/static/pages/display/strip.js");
const { showConnection } = await import("/static/pages/display/connection.js");
const { speakIn } = await import("/static/pages/display/languages.js");
const find = makeElements();
speakIn(["en"]);

/** @param {string[]} services */
const waitingFor = (...services) => {
  const queues = services.map((service) => ({ service, waiting: 1 }));
  const names = Object.fromEntries(services.map((service) => [service, { en: service }]));
  return /** @type {[any, any]} */ ([
    { open: true, queues, private_waiting: 0, counters: [], interventions: [] },
    { services: names, pictograms: {}, days: [], timezone: "Europe/Copenhagen" },
  ]);
};
/**
 * The services that are shown next to calls after so many milliseconds.
 * @param {string[]} services
 * @param {number} now
 */
function shown(services, now) {
  drawStrip(...waitingFor(...services), { few: true, now });
  return find("#waiting").text.match(/[A-Z]/g).join("");
}

Deno.test("next to calls the services take turns, so that each is seen", () => {
  const five = ["A", "B", "C", "D", "E"];
  assert.deepEqual([0, 9_999, 10_000, 19_999, 20_000].map((now) => shown(five, now)), [
    "ABC",
    "ABC",
    "DE",
    "DE",
    "ABC",
  ]);
  assert.deepEqual([0, 10_000].map((now) => shown(["A", "B", "C"], now)), ["ABC", "ABC"]);
});

Deno.test("the closing time is in the strip only next to calls: else the view itself says it", () => {
  const [state, setup] = waitingFor("A");
  const closes = 1_795_647_600_000; // midnight in Copenhagen
  const now = closes - 60_000;
  const last = { ...setup, days: [{ date: "2026-11-25", spans: [[closes - 3_600_000, closes]] }] };
  drawStrip(state, last, { few: true, now });
  assert.equal(find("#open-counters").text.trim(), "We close for new numbers at 24:00");
  drawStrip(state, last, { few: false, now });
  assert.equal(find("#open-counters").text.trim(), "No counter is open just now");
});

Deno.test("numbers on paper are named in an outage that lasts, if the branch has them", () => {
  const real = globalThis.setTimeout;
  /** @param {boolean} paper whether the branch has them */
  function told(paper) {
    /** @type {any} */
    const live = {
      onStale: (/** @type {any} */ then) => live.stale = then,
      onLive: (/** @type {any} */ then) => live.live = then,
    };
    let later = () => {};
    globalThis.setTimeout = /** @type {any} */ ((/** @type {() => void} */ then) => later = then);
    showConnection(live, () => ({ timezone: "Europe/Copenhagen", paper_numbers: paper }));
    live.stale({ since: null, reason: "connection" });
    const at_once = find("#connection").text;
    later();
    return [at_once, find("#connection").text];
  }
  try {
    const [at_once, lasting] = told(true);
    assert.match(at_once, /No connection. Listen for the staff/);
    assert.doesNotMatch(lasting, /Listen for the staff/);
    assert.deepEqual(told(false), [at_once, at_once]);
  } finally {
    globalThis.setTimeout = real;
  }
});
