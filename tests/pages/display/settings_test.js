// How a screen is set, and when it is quiet.

import assert from "node:assert/strict";
import { openPage } from "../../web/page.js";

openPage("display");
const { isSilent, settingsIn } = await import("/static/pages/display/settings.js");

const NOON = Date.parse("2026-11-25T11:00:00Z"); // in Copenhagen
const ONE_AM = Date.parse("2026-11-25T00:00:00Z");

Deno.test("quiet hours are those of the branch", () => {
  const silent = (/** @type {object} */ settings, /** @type {number} */ instant) =>
    isSilent({ volume: 70, silent: false, quiet: [], ...settings }, instant, "Europe/Copenhagen");
  assert.equal(silent({ quiet: [["12:00", "13:30"]] }, NOON), true);
  assert.equal(silent({ quiet: [["11:00", "12:00"]] }, NOON), false);
  assert.equal(silent({ quiet: [["22:00", "07:00"]] }, ONE_AM), true);
  assert.equal(silent({ quiet: [["22:00", "07:00"]] }, NOON), false);
  assert.equal(silent({ quiet: [["08:00", "09:00"], ["11:59", "12:01"]] }, NOON), true);
  assert.equal(silent({ silent: true }, NOON), true);
  assert.equal(silent({ volume: 0 }, NOON), true);
  assert.equal(silent({}, NOON), false);
});

Deno.test("an address sets a screen, as far as it can be understood", () => {
  const settingsOf = (/** @type {string} */ query) => settingsIn(new URLSearchParams(query));
  assert.deepEqual(settingsOf(""), {});
  assert.deepEqual(settingsOf("volume=40&speech=0&waiting=1"), {
    volume: 40,
    speech: false,
    waiting: true,
  });
  assert.deepEqual(settingsOf("volume=101"), {});
  assert.deepEqual(settingsOf("silent=always"), { silent: true, quiet: [] });
  assert.deepEqual(settingsOf("silent=off"), { silent: false, quiet: [] });
  const spans = { silent: false, quiet: [["12:00", "13:30"], ["19:00", "09:00"]] };
  assert.deepEqual(settingsOf("silent=12:00-13:30, 19:00-9:00, noon"), spans);
});
