// When the branch is open, in words. The instants come from the server, which knows the calendar.

import { $, el } from "/static/js/page.js";
import { clock, language, locale, named, t } from "/static/js/texts.js";

const DAY_MS = 24 * 3600 * 1000;
const SOON_MS = 15 * 60 * 1000;

// The coming openings; hours that meet at midnight are one.
function openings(setup) {
  const joined = [];
  for (const [from, to] of setup.days.flatMap((day) => day.spans)) {
    if (joined.at(-1)?.[1] === from) joined.at(-1)[1] = to;
    else joined.push([from, to]);
  }
  return joined;
}

/** When the present opening ends (ms), or null while closed or open around the clock. */
export function closesAt(setup, now) {
  const present = openings(setup).find(([from, to]) => from <= now && now < to);
  return present && present[1] - now < DAY_MS ? present[1] : null;
}

/** When the branch opens next after being closed (ms), or null. */
export function opensAfter(setup, now) {
  if (setup.next_opening > now) return setup.next_opening;
  return openings(setup).find(([from]) => from > now)?.[0] ?? null;
}

/** An instant as "today at 13:00", "tomorrow at 9:30", "Thursday 26 November at 9:30". */
export function when(instant, setup, now) {
  const time = clock(instant, setup.timezone);
  const date = (ms) => new Intl.DateTimeFormat("sv-SE", { timeZone: setup.timezone }).format(ms);
  if (date(instant) === date(now)) return t("when.today", { time });
  if (date(instant) === date(now + DAY_MS)) return t("when.tomorrow", { time });
  const day = new Intl.DateTimeFormat(locale(), {
    weekday: "long",
    day: "numeric",
    month: "long",
    timeZone: setup.timezone,
  }).format(instant);
  return t("when.day", { day, time });
}

/** Until when it is open today, or "" where it does not close. */
export function hoursSentence(setup, now) {
  const until = closesAt(setup, now);
  return until ? t("untaken.today", { time: clock(until, setup.timezone) }) : "";
}

/** That it closes soon, and what becomes of those who wait; "" while there is time. */
export function closingSentence(setup, now) {
  const until = closesAt(setup, now);
  return until && until - now <= SOON_MS
    ? t("closing", { time: clock(until, setup.timezone) })
    : "";
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
  $("#closed-next").textContent = next === null
    ? t("closed.unknown")
    : t("closed.next", { when: when(next, setup, now) });
  const [today] = setup.days;
  $("#closed-title").textContent = t(today.spans.length ? "closed.title" : "closed.today");
  $("#closed-note").textContent = today.note ? named(today.note) : "";
  // Seven times "closed" tells nothing.
  $("#closed-table").hidden = !setup.days.some((day) => day.spans.length);
  $("#closed-hours").replaceChildren(...setup.days.map((day) => row(day, setup.timezone)));
}

function row(day, timeZone) {
  const noon = new Date(`${day.date}T12:00:00Z`);
  const name = new Intl.DateTimeFormat(locale(), { weekday: "long", timeZone: "UTC" }).format(noon);
  const hours = day.spans.map(([from, to]) => `${clock(from, timeZone)}–${clock(to, timeZone)}`);
  const note = day.note ? named(day.note, language()) : "";
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, name.charAt(0).toUpperCase() + name.slice(1)),
    el("td", {}, [hours.join(", ") || t("closed.day"), note].filter(Boolean).join(" · ")),
  );
}
