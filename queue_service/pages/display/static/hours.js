// A closed branch: when it opens again, and the hours of the coming days.

import { opensAfter, spans, weekday, when } from "/static/js/opening-hours.js";
import { $, el } from "/static/js/page.js";
import { named, t } from "/static/js/texts.js";
import { both, languages, showBoth } from "./words.js";

/** Draw the scene of a closed branch. `now` is the server's time. */
export function drawClosed(setup, now) {
  const [today] = setup.days;
  const allDay = today !== undefined && today.spans.length === 0;
  showBoth($("#closed-title"), allDay ? "closed.today" : "closed.title");
  // Where no hours are known, seven rows that say "Closed" tell nothing.
  $("#closed-table").hidden = setup.days.every(({ spans, note }) => spans.length === 0 && !note);
  const next = opensAfter(setup, now);
  const { timezone } = setup;
  both(
    $("#closed-next"),
    (lang) =>
      next === null
        ? ""
        : t("closed.next", { when: when(next, { timezone, now, dated: true, lang }) }, lang),
  );
  const note = setup.days[0]?.note;
  both($("#closed-note"), (lang) => (note ? named(note, lang) : ""));
  $("#closed-hours").replaceChildren(
    ...setup.days.map((day, index) => row(day, index > 0, timezone)),
  );
}

// The note of today stands large beside the table already.
function row(day, noted, timezone) {
  const name = el("th", { scope: "row", class: "both" });
  both(name, (lang) => weekday(day, lang));
  return el("tr", {}, name, hours(day, noted, timezone));
}

function hours(day, noted, timezone) {
  const [first] = languages();
  const open = spans(day, timezone, first).map((span) => el("span", {}, span));
  if (open.length > 0) return el("td", { class: "number" }, open);
  const cell = el("td", { class: "both" });
  both(cell, (lang) => {
    const note = noted && day.note ? named(day.note, lang) : "";
    return [t("closed.day", {}, lang), note].filter(Boolean).join(" · ");
  });
  return cell;
}
