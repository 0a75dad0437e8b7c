// The screen of a closed branch: when it opens again, and the hours of the coming days.

import { dayName, spans, when } from "/static/js/opening-hours.js";
import { $, el, show } from "/static/js/page.js";
import { stopsAhead } from "/static/js/stops.js";
import { capitalised, named, t } from "/static/js/texts.js";
import { dateIn, weekdayIn } from "/static/js/times.js";
import { both, languages, showBoth } from "./languages.js";

/** @import { DisplaySetup, OpeningDay, StopTime } from "/static/js/types.d.ts" */

const STOPS_SHOWN = 4;
const WEEK_MS = 6 * 24 * 3600 * 1000; // within this a weekday alone says which day

/**
 * Draw the view of a closed branch. `now` is the server's time.
 * @param {DisplaySetup} setup
 * @param {number} now
 * @param {boolean} carried whether numbers are valid when it opens again
 */
export function drawClosed(setup, now, carried) {
  const [today] = setup.days;
  const allDay = today !== undefined && today.spans.length === 0;
  showBoth($("#closed-title"), allDay ? "closed.today" : "closed.title");
  // If no hours are known, seven rows that say "Closed" are no information.
  show("#closed-table", setup.days.some(({ spans, note }) => spans.length > 0 || note));
  const next = setup.next_opening;
  both(
    $("#closed-next"),
    (lang) =>
      next === null ? "" : t("closed.next", {
        when: when(next, { timezone: setup.timezone, now, dated: true, lang }),
      }, lang),
  );
  const note = setup.days[0]?.note;
  both(
    $("#closed-note"),
    (lang) =>
      [note ? named(note, lang) : "", carried ? t("last.carried", {}, lang) : ""]
        .filter(Boolean).join(" "),
  );
  const ahead = stopsAhead(setup, now);
  showBoth($("#closed-caption"), ahead.length > 0 ? "stop.all" : "closed.hours");
  $("#closed-hours").replaceChildren(
    ...(ahead.length > 0
      ? ahead.slice(0, STOPS_SHOWN).map((stop) => stopRow(stop, setup.timezone, now))
      : setup.days.map((day, index) => row(day, index > 0, setup.timezone, now))),
  );
}

/**
 * A stop with its place, day and time; beyond the week its date replaces the day.
 * @param {StopTime} stop
 * @param {string} timeZone
 * @param {number} now
 */
function stopRow({ name, since, until }, timeZone, now) {
  const [first] = languages();
  const near = since - now < WEEK_MS;
  const day = el("span", { class: "both" });
  both(
    day,
    (lang) =>
      near
        ? capitalised(weekdayIn(since, timeZone, lang), lang)
        : dateIn(since, timeZone, {}, lang),
  );
  const times = spans({ spans: [[since, until]] }, timeZone, first).map((text) =>
    el("span", {}, text)
  );
  const place = el("th", { scope: "row", class: "hours__place" }, named(name, first));
  return el("tr", {}, place, el("td", { class: "number" }, day, ...times));
}

/**
 * The note of today is shown large next to the table already.
 * @param {OpeningDay} day
 * @param {boolean} noted
 * @param {string} timezone
 * @param {number} now
 */
function row(day, noted, timezone, now) {
  const name = el("th", { scope: "row", class: "both" });
  both(name, (lang) => dayName(day, { now, timezone }, lang));
  return el("tr", {}, name, hours(day, noted, timezone));
}

/**
 * @param {OpeningDay} day
 * @param {boolean} noted
 * @param {string} timeZone
 */
function hours(day, noted, timeZone) {
  const [first] = languages();
  const openings = spans(day, timeZone, first).map((text) => el("span", {}, text));
  if (openings.length > 0) return el("td", { class: "number" }, openings);
  const cell = el("td", { class: "both" });
  both(cell, (lang) => {
    const note = noted && day.note ? named(day.note, lang) : "";
    return [t("closed.day", {}, lang), note].filter(Boolean).join(" · ");
  });
  return cell;
}
