// Requests of a supervisor: the counter lent for more, another to open, closed for today.

import { inForce } from "/static/js/interventions.js";
import { $, el, icon } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { named, t } from "/static/js/texts.js";
import { clock } from "/static/js/times.js";
import { configuration, counterName, serviceName, teamName } from "../branch.js";
import { draw } from "../draw.js";
import { model, refreshCounter } from "../model.js";

/** @import { Intervention } from "/static/js/types.d.ts" */

let lent = ""; // what the counter was lent for when it was looked at last

/**
 * Messages to the clerk at the counter, or without one: each with its icon.
 * @returns {[string, string][]}
 */
export function asked() {
  const here = model.counter?.id ?? null;
  return inForce(model.state, serverClock.now()).flatMap((one) => {
    if (one.kind === "lend_counter" && one.counter === here) return [["swap", lending(one)]];
    if (one.kind === "open_counter") return [["door", wanted(one)]];
    if (one.kind === "carry_over") return [["moon", t("asked.closed")]];
    if (one.kind !== "announcement") return [];
    return [["sound", t("asked.announced", { text: named(one.texts) })]];
  });
}

/** Draw it at the side; the counter's services are requested again when a lending begins or
 * ends. */
export function drawAsked() {
  const now = inForce(model.state, serverClock.now(), "lend_counter")
    .filter(({ counter }) => counter === model.counter?.id).map(({ id }) => id).join();
  if (now !== lent) refreshCounter();
  lent = now;
  const said = asked();
  $("#asked").hidden = said.length === 0;
  draw($("#asked"), said, () => said.map(askedBanner));
}

/** @param {[string, string]} said the icon and the sentence */
export const askedBanner = ([symbol, sentence]) =>
  el("p", { class: "banner" }, icon(symbol), el("span", {}, sentence));

/** @param {Intervention} one */
function lending(one) {
  const what = one.team
    ? t("asked.team", { team: teamName(one.team) })
    : one.services.map((id) => serviceName(id)).join(", ");
  return t("asked.lent", { what, ...common(one) });
}

/** @param {Intervention} one */
function wanted(one) {
  const counter = counterName(one.counter);
  const key = one.team ? "asked.open_as" : "asked.open";
  return t(key, { counter, team: teamName(one.team), ...common(one) });
}

/** @param {Intervention} one */
const common = ({ ends_at: ends, until, asked_by: by }) => ({
  until: until === "day"
    ? t("asked.day")
    : t("asked.time", { time: clock(Date.parse(ends), configuration().timezone) }),
  by: t(`asked.by.${by}`),
});
