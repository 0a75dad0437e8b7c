// The rows of the table of paper tickets: what is sent, what comes next, what is wrong where.

import assert from "node:assert/strict";
import {
  asNumber,
  asRow,
  asSent,
  emptyRow,
  faultsByRow,
  isBlank,
  lacksEnd,
  nextNumber,
} from "/static/pages/paper/rows.js";

for (
  const [number, next] of [["14-3", "14-4"], ["14-8", ""], ["A001", ""], ["", ""], ["9-1", "9-2"]]
) {
  Deno.test(`after ${number} comes ${next}`, () => assert.equal(nextNumber(number), next));
}

for (const written of ["14-3", " 14-3 ", "14 3", "14/3", "14.3", "14–3"]) {
  Deno.test(`${written} is 14-3`, () => assert.equal(asNumber(written), "14-3"));
}

Deno.test("a number alone is the one that comes next, and nothing to send", () => {
  assert.ok(isBlank(emptyRow("14-3")));
  assert.ok(!isBlank({ ...emptyRow(), taken: "9:00" }));
});

Deno.test("a citizen who began or was done was helped; else the end has to be said", () => {
  const row = { ...emptyRow("14-3"), taken: "9:00", called: "9:05" };
  assert.ok(lacksEnd(row));
  for (const known of [{ end: "no_show" }, { started: "9:06" }, { done: "9:10" }]) {
    assert.ok(!lacksEnd({ ...row, ...known }));
  }
});

Deno.test("an empty field is not sent, and an outcome means that the citizen was helped", () => {
  const row = { ...emptyRow("14-3"), taken: " 9:00 ", end: "referred" };
  assert.deepEqual(asSent(row), {
    number: "14-3",
    taken: "9:00",
    ended: "completed",
    outcome: "referred",
  });
  assert.equal(asSent({ ...row, end: "no_show" }).ended, "no_show");
  assert.equal(asSent({ ...row, end: "completed" }).outcome, undefined);
  assert.equal(asSent({ ...row, end: "" }).ended, "completed");
});

Deno.test("an entered sheet comes back as it was written", () => {
  const row = { ...emptyRow("14-3"), service: "pas", taken: "09:00", end: "completed" };
  const visit = /** @type {any} */ ({
    number: "14-3",
    service: "pas",
    state: "completed",
    inquiries: [{ outcome: null }],
    counter: null,
    team: null,
  });
  const times = { taken: "09:00", called: null, started: null, done: null };
  const kept = { visit, times, entered_at: "", removable_until: "" };
  assert.deepEqual(asRow(kept), row);
});

Deno.test("faults go by row and field", () => {
  const found = faultsByRow([
    { field: "rows[0].taken", reason: "one" },
    { field: "rows[12].number", reason: "two" },
    { field: "date", reason: "three" },
  ]);
  assert.deepEqual([...found.keys()], [0, 12]);
  assert.equal(found.get(12)?.get("number"), "two");
});
