// The kiosk's hours: how long it is open, and the screen of a closed branch.

import {
  closesAt,
  closesSoon,
  closingTime,
  dayName,
  opensAfter,
  spans,
  when,
} from "/static/js/opening-hours.js";
import { $, el, show } from "/static/js/page.js";
import { stopsAhead } from "/static/js/stops.js";
import { capitalised, named, t } from "/static/js/texts.js";
import { dateIn } from "/static/js/times.js";

/** @import { Hours, KioskSetup, OpeningDay, StopTime, WaitRange } from "/static/js/types.d.ts" */

/**
 * Until when it is open today, or "" where it does not close.
 * @param {Hours} setup
 * @param {number} now
 */
export function hoursSentence(setup, now) {
  const until = closesAt(setup, now);
  return until ? t("untaken.today", { time: closingTime(until, setup.timezone) }) : "";
}

/**
 * The sentence that it closes soon, and the fate of waiting visits; "" while there is time.
 * @param {Hours} setup
 * @param {number} now
 */
export function closingSentence(setup, now) {
  const until = closesSoon(setup, now);
  return until ? t("closing", { time: closingTime(until, setup.timezone) }) : "";
}

/**
 * The sentence that the turn will probably come after closing time, if that is more likely than
 * not; "" else.
 * @param {Hours} setup
 * @param {number} now
 * @param {WaitRange | null} estimate
 */
export function lateSentence(setup, now, estimate) {
  const until = closesAt(setup, now);
  if (!until || !estimate) return "";
  const likely = ((estimate.low + estimate.high) / 2) * 1000;
  return likely > until - now ? t("ticket.late", { time: closingTime(until, setup.timezone) }) : "";
}

/**
 * The screen of a closed branch: when it opens again, and the hours of the coming days or, of a bus,
 * its next stops.
 * @param {KioskSetup} setup
 * @param {number} now
 * @param {string[]} notes further texts
 */
export function drawClosed(setup, now, notes) {
  const next = opensAfter(setup, now);
  const { timezone } = setup;
  $("#closed-next").textContent = next === null
    ? t("closed.unknown")
    : t("closed.next", { when: when(next, { timezone, now, dated: true }) });
  const [today] = setup.days;
  $("#closed-title").textContent = t(today.spans.length ? "closed.title" : "closed.today");
  const note = today.note ? named(today.note) : "";
  $("#closed-note").replaceChildren(
    ...[note, ...notes].filter(Boolean).map((text) => el("span", {}, text)),
  );
  show("#closed-table", setup.days.some((day) => day.spans.length)); // seven times "closed" says nothing
  const ahead = stopsAhead(setup, now);
  $("#closed-caption").textContent = t(ahead.length ? "stop.all" : "closed.hours");
  $("#closed-hours").replaceChildren(
    ...(ahead.length
      ? ahead.map((stop) => stopRow(stop, timezone))
      : setup.days.map((day) => row(day, dayName(day, { timezone, now }), timezone))),
  );
}

/**
 * @param {StopTime} stop
 * @param {string} timeZone
 */
function stopRow({ name, since, until }, timeZone) {
  const times = spans({ spans: [[since, until]] }, timeZone).join("");
  const day = capitalised(dateIn(since, timeZone, { weekday: "long" }));
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, day),
    el("td", {}, [times, named(name)].join(" · ")),
  );
}

/**
 * @param {OpeningDay} day
 * @param {string} name
 * @param {string} timeZone
 */
function row(day, name, timeZone) {
  const hours = spans(day, timeZone).join(", ") || t("closed.day");
  const note = day.note ? named(day.note) : "";
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, name),
    el("td", {}, [hours, note].filter(Boolean).join(" · ")),
  );
}
