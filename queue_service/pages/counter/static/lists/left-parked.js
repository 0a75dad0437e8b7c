// Visits parked at a counter that has closed: any open counter can go on with them.

import { oneAtATime } from "/static/js/requests.js";
import { get } from "/static/js/api.js";
import { $, el } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { counterName } from "../branch.js";
import { draw } from "../draw.js";
import { drawParkedRow } from "./lists.js";
import { changed, mode, model } from "../model.js";

/** @import { Visit } from "/static/js/types.d.ts" */

const MOVES = /^(counter\.(opened|closed)|day\.|visit\.(parked|resumed|abandoned|transferred))/;

/** @type {Visit[]} */
let parked = [];

/** Fetch who is parked in the branch. */
export const renewLeftParked = oneAtATime(async () => {
  ({ visits: parked } = await get("/visits", { query: { state: "parked" } }));
  changed();
});

/**
 * Fetch it again after an event that may have changed it.
 * @param {string} name
 */
export function followLeftParked(name) {
  if (MOVES.test(name)) renewLeftParked();
}

/** Draw them; nothing if there are none. */
export function drawLeftParked() {
  const closed = new Set(
    (model.state?.counters ?? []).filter(({ state }) => state === "closed").map(({ id }) => id),
  );
  const left = parked.filter(({ counter }) => closed.has(counter ?? ""));
  $("#left-parked").hidden = left.length === 0;
  draw($("#left-parked"), [left, mode() === "free"], () => [
    el("h2", { id: "left-parked-title" }, t("left_parked")),
    el(
      "ul",
      { class: "lane__list", role: "list" },
      left.map((visit) => drawParkedRow(visit, counterName(visit.counter))),
    ),
  ]);
}
