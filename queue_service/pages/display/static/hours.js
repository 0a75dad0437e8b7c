// A closed branch: when it opens again, and the hours of the coming days.

import { $, el } from "/static/js/page.js";
import { clock, locale, named, t } from "/static/js/texts.js";
import { both, languages, showBoth } from "./words.js";

const DAY_MS = 24 * 3600 * 1000;

/** An instant as "today at 13:00", "tomorrow at 9:30", "Thursday 26 November at 9:30". */
function when(instant, setup, now, lang) {
  const time = clock(instant, setup.timezone, lang);
  const date = (ms) => new Intl.DateTimeFormat("sv-SE", { timeZone: setup.timezone }).format(ms);
  if (date(instant) === date(now)) return t("when.today", { time }, lang);
  if (date(instant) === date(now + DAY_MS)) return t("when.tomorrow", { time }, lang);
  const day = new Intl.DateTimeFormat(locale(lang), {
    weekday: "long",
    day: "numeric",
    month: "long",
    timeZone: setup.timezone,
  }).format(instant);
  return t("when.day", { day, time }, lang);
}

/** Draw the scene of a closed branch. `now` is the server's time. */
export function drawClosed(setup, now) {
  const [today] = setup.days;
  const allDay = today !== undefined && today.spans.length === 0;
  showBoth($("#closed-title"), allDay ? "closed.today" : "closed.title");
  // Where no hours are known, seven rows that say "Closed" tell nothing.
  $("#closed-table").hidden = setup.days.every(({ spans, note }) => spans.length === 0 && !note);
  const next = setup.next_opening;
  both(
    $("#closed-next"),
    (lang) => next === null ? "" : t("closed.next", { when: when(next, setup, now, lang) }, lang),
  );
  const note = setup.days[0]?.note;
  both($("#closed-note"), (lang) => (note ? named(note, lang) : ""));
  $("#closed-hours").replaceChildren(
    ...setup.days.map((day, index) => row(day, index > 0, setup.timezone)),
  );
}

// The note of today stands large beside the table already.
function row(day, noted, timeZone) {
  const noon = new Date(`${day.date}T12:00:00Z`);
  const name = el("th", { scope: "row", class: "both" });
  both(name, (lang) => {
    const word = new Intl.DateTimeFormat(locale(lang), { weekday: "long", timeZone: "UTC" });
    const text = word.format(noon);
    return text.charAt(0).toLocaleUpperCase(locale(lang)) + text.slice(1);
  });
  return el("tr", {}, name, hours(day, noted, timeZone));
}

function hours(day, noted, timeZone) {
  const [first] = languages();
  const time = (instant) => clock(instant, timeZone, first);
  const spans = day.spans.map(([from, to]) => el("span", {}, `${time(from)}–${time(to)}`));
  if (spans.length > 0) return el("td", { class: "number" }, spans);
  const cell = el("td", { class: "both" });
  both(cell, (lang) => {
    const note = noted && day.note ? named(day.note, lang) : "";
    return [t("closed.day", {}, lang), note].filter(Boolean).join(" · ");
  });
  return cell;
}
