// The screen of a closed branch: when it opens again, and the hours of the coming days.

import { spans, weekday, when } from "/static/js/opening-hours.js";
import { $, el, show } from "/static/js/page.js";
import { named, t } from "/static/js/texts.js";
import { both, languages, showBoth } from "./languages.js";

/** @import { Hours, OpeningDay } from "/static/js/types.d.ts" */

/**
 * Draw the view of a closed branch. `now` is the server's time.
 * @param {Hours} setup
 * @param {number} now
 */
export function drawClosed(setup, now) {
  const [today] = setup.days;
  const allDay = today !== undefined && today.spans.length === 0;
  showBoth($("#closed-title"), allDay ? "closed.today" : "closed.title");
  // Where no hours are known, seven rows that say "Closed" tell nothing.
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
  both($("#closed-note"), (lang) => (note ? named(note, lang) : ""));
  $("#closed-hours").replaceChildren(
    ...setup.days.map((day, index) => row(day, index > 0, setup.timezone)),
  );
}

/**
 * The note of today stands large beside the table already.
 * @param {OpeningDay} day
 * @param {boolean} noted
 * @param {string} timeZone
 */
function row(day, noted, timeZone) {
  const name = el("th", { scope: "row", class: "both" });
  both(name, (lang) => weekday(day, lang));
  return el("tr", {}, name, hours(day, noted, timeZone));
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
