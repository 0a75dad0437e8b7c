// What the kiosk says of the branch's opening hours.

import {
  closesAt,
  closesSoon,
  opensAfter,
  spans,
  weekday,
  when,
} from "/static/js/opening-hours.js";
import { $, el } from "/static/js/page.js";
import { clock, named, t } from "/static/js/texts.js";

/** Until when it is open today, or "" where it does not close. */
export function hoursSentence(setup, now) {
  const until = closesAt(setup, now);
  return until ? t("untaken.today", { time: clock(until, setup.timezone) }) : "";
}

/** That it closes soon, and what becomes of those who wait; "" while there is time. */
export function closingSentence(setup, now) {
  const until = closesSoon(setup, now);
  return until ? t("closing", { time: clock(until, setup.timezone) }) : "";
}

/** That the turn will probably come after closing time, when it is more likely than not; "" else. */
export function lateSentence(setup, now, estimate) {
  const until = closesAt(setup, now);
  if (!until || !estimate) return "";
  const likely = ((estimate.low + estimate.high) / 2) * 1000;
  return likely > until - now ? t("ticket.late", { time: clock(until, setup.timezone) }) : "";
}

/** The screen of a closed branch: when it opens again, and the hours of the coming days. */
export function drawClosed(setup, now) {
  const next = opensAfter(setup, now);
  const { timezone } = setup;
  $("#closed-next").textContent = next === null
    ? t("closed.unknown")
    : t("closed.next", { when: when(next, { timezone, now, dated: true }) });
  const [today] = setup.days;
  $("#closed-title").textContent = t(today.spans.length ? "closed.title" : "closed.today");
  $("#closed-note").textContent = today.note ? named(today.note) : "";
  // Seven times "closed" tells nothing.
  $("#closed-table").hidden = !setup.days.some((day) => day.spans.length);
  $("#closed-hours").replaceChildren(...setup.days.map((day) => row(day, timezone)));
}

function row(day, timezone) {
  const note = day.note ? named(day.note) : "";
  const hours = spans(day, timezone).join(", ") || t("closed.day");
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, weekday(day)),
    el("td", {}, [hours, note].filter(Boolean).join(" · ")),
  );
}
