// When the branch opens and closes, in words. The instants (ms) come from the server, which knows
// the calendar.

import { language, t } from "./texts.js";
import { clock, dateIn, sameDate, weekdayIn, weekdayOf } from "./times.js";

/** @import { Hours, OpeningDay } from "./types.d.ts" */

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3600 * 1000;
const NEAR_MS = 6 * DAY_MS; // within this a weekday alone says which day
const SOON_MS = 15 * 60 * 1000;

/**
 * The coming openings; hours that meet at midnight are one.
 * @param {Pick<Hours, "days">} hours
 */
function openings({ days }) {
  /** @type {[number, number][]} */
  const joined = [];
  for (const [from, to] of days.flatMap((day) => day.spans)) {
    const last = joined.at(-1);
    if (last?.[1] === from) last[1] = to;
    else joined.push([from, to]);
  }
  return joined;
}

/**
 * Whether the branch is open by its hours.
 * @param {Pick<Hours, "days">} hours
 * @param {number} now
 */
export const isOpen = ({ days }, now) =>
  days.some((day) => day.spans.some(([from, to]) => from <= now && now < to));

/**
 * When the present opening ends (ms), or null while closed or open around the clock.
 * @param {Pick<Hours, "days">} hours
 * @param {number} now
 */
export function closesAt(hours, now) {
  const present = openings(hours).find(([from, to]) => from <= now && now < to);
  return present && present[1] - now < DAY_MS ? present[1] : null;
}

/**
 * The same, if it is within a quarter of an hour; else null. On a bus that the central server
 * replaces nothing is open, so nothing closes.
 * @param {Pick<Hours, "days"> & { taken_over?: boolean }} hours
 * @param {number} now
 */
export function closesSoon(hours, now) {
  const until = hours.taken_over ? null : closesAt(hours, now);
  return until !== null && until - now <= SOON_MS ? until : null;
}

/**
 * When the branch opens next after being closed (ms), or null.
 * @param {Hours} hours
 * @param {number} now
 */
export function opensAfter(hours, now) {
  if (hours.next_opening !== null && hours.next_opening > now) return hours.next_opening;
  return openings(hours).find(([from]) => from > now)?.[0] ?? null;
}

/**
 * The first moment from an instant on (ms) at which the branch is open, or null.
 * @param {Hours} hours
 * @param {number} instant
 */
export const openFrom = (hours, instant) =>
  isOpen(hours, instant) ? instant : opensAfter(hours, instant);

/**
 * An instant (ms) as "today at 13:00", "tomorrow at 9:30", "Thursday at 9:30"; with the date where
 * it is far, and with `dated` after tomorrow always: "Thursday 26 November at 9:30".
 * @param {number} instant
 * @param {{ timezone: string, now: number, dated?: boolean, lang?: string }} how
 */
export function when(instant, { timezone: timeZone, now, dated = false, lang = language() }) {
  const time = clock(instant, timeZone, lang);
  if (sameDate(instant, now, timeZone)) return t("when.today", { time }, lang);
  if (sameDate(instant, now + DAY_MS, timeZone)) return t("when.tomorrow", { time }, lang);
  const whole = dated || instant - now >= NEAR_MS;
  const day = whole
    ? dateIn(instant, timeZone, { weekday: "long" }, lang)
    : weekdayIn(instant, timeZone, lang);
  return t("when.day", { day, time }, lang);
}

/**
 * The name of one of the days: today, whose hours may be other than usual, or its weekday.
 * @param {Pick<OpeningDay, "date">} day
 * @param {{ now: number, timezone: string }} when
 */
export function dayName({ date }, { now, timezone }, lang = language()) {
  const named = dateIn(Date.parse(`${date}T12:00:00Z`), "UTC", {}, lang);
  const today = named === dateIn(now, timezone, {}, lang);
  return today ? t("day.today", {}, lang) : weekdayOf(date, lang);
}

const MIDNIGHT = /^0+(?=\D00$)/;

/**
 * The time at which an opening ends: midnight is "24.00", the end of its day.
 * @param {number} instant
 * @param {string} timeZone
 */
export const closingTime = (instant, timeZone, lang = language()) =>
  clock(instant, timeZone, lang).replace(MIDNIGHT, "24");

/**
 * The hours of one of the days, "9.00–15.00" for each opening. An opening that lasts until midnight
 * ends at 24; an opening of no minute, closed again at once, is left out.
 * @param {Pick<OpeningDay, "spans">} day
 * @param {string} timeZone
 */
export function spans(day, timeZone, lang = language()) {
  return day.spans
    .filter(([from, to]) => to - from >= MINUTE_MS)
    .map(([from, to]) => `${clock(from, timeZone, lang)}–${closingTime(to, timeZone, lang)}`);
}
