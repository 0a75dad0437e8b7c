// js/interventions.js: what is in force on a page, up to its end.

import assert from "node:assert/strict";
import { openPage } from "../page.js";

openPage("board");
const { afterClosing, announcementsFor, inForce, isCarriedOver, stopOf, waited } = await import(
  "/static/js/interventions.js"
);

const END = Date.parse("2026-11-25T14:00:00Z");
const one = (/** @type {object} */ more) => /** @type {any} */ ({
  ends_at: "2026-11-25T14:00:00Z",
  services: [],
  screens: [],
  ...more,
});
const known = (/** @type {object[]} */ ...those) => ({ interventions: those.map(one) });

Deno.test("an intervention that is over by the clock is not in force", () => {
  const state = known({ kind: "carry_over" });
  assert.equal(isCarriedOver(state, END - 1), true);
  assert.equal(isCarriedOver(state, END), false);
  assert.deepEqual(inForce(null, 0), []);
});

Deno.test("after closing time numbers are carried over, called, or up to the staff", () => {
  const stands = (/** @type {string[]} */ ...those) => ({
    ...known(),
    counters: those.map((state) => /** @type {any} */ ({ state })),
  });
  assert.equal(afterClosing(stands("closed", "paused"), 0), "called");
  assert.equal(afterClosing(stands("closed"), 0), "staff");
  const carried = { ...stands("open"), ...known({ kind: "carry_over" }) };
  assert.equal(afterClosing(carried, END - 1), "carried");
});

Deno.test("a service is stopped by a pause, and by a cap that is reached", () => {
  const state = known(
    { kind: "pause_service", services: ["pas"] },
    { kind: "cap_service", services: ["turist"], full: false },
    { kind: "cap_service", services: ["korekort"], full: true },
  );
  const kind = (/** @type {string} */ service) => stopOf(state, service, END - 1)?.kind;
  assert.equal(kind("pas"), "pause_service");
  assert.equal(kind("turist"), undefined);
  assert.equal(kind("korekort"), "cap_service");
  assert.equal(stopOf(state, "pas", END), null);
});

Deno.test("a service is stopped outside its own hours, until it opens next", () => {
  const hours = {
    pas: /** @type {[number, number][]} */ ([[END, END + 10], [END + 20, END + 30]]),
  };
  const ends = (/** @type {number} */ now) => {
    const stop = stopOf(null, "pas", now, hours);
    return stop && Date.parse(stop.ends_at);
  };
  assert.equal(ends(END - 1), END);
  assert.equal(ends(END), null);
  assert.equal(ends(END + 9), null);
  assert.equal(ends(END + 10), END + 20);
  assert.ok(Number.isNaN(ends(END + 30)), "it opens on none of the days that are known");
  assert.equal(stopOf(null, "turist", END - 1, hours), null);
  const paused = known({ kind: "pause_service", services: ["pas"] });
  assert.equal(stopOf(paused, "pas", END - 1, hours)?.kind, undefined);
});

Deno.test("an announcement is shown where it belongs", () => {
  const state = known({ kind: "announcement", screens: ["display"] });
  assert.equal(announcementsFor(state, "display", END - 1).length, 1);
  assert.equal(announcementsFor(state, "kiosk", END - 1).length, 0);
});

Deno.test("the wait of a visit that is carried over does not grow until the branch opens again", () => {
  const first = { since: "2026-11-25T13:54:00Z", carried_to: "2026-11-25T14:00:00Z" };
  const ahead = [7_200_000, 360_001, 360_000, 180_000, 0, -1000];
  assert.deepEqual(
    ahead.map((ms) => waited(first, END - ms)),
    [360, 360, 360, 360, 360, 361],
  );
  assert.equal(waited({ ...first, carried_to: null }, END - 180_000), 180);
  assert.equal(waited({ since: null, carried_to: null }, END), null);
});
