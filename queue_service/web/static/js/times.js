// Times and dates, as every script writes them. Static ones come from the server in words
// (language/wording.py); these go on with the clock.

import { clockMark, codes, dateNames, localeOf } from "./languages.js";
import { capitalised, language, locale } from "./texts.js";

const pageZone = document.body.dataset.zone; // without it the browser's own

/**
 * Hours and minutes of an instant in a zone, each of two digits.
 * @param {string | number | Date} instant RFC 3339, milliseconds or a date
 * @param {string} [timeZone]
 */
function wall(instant, timeZone = pageZone) {
  /** @type {Intl.DateTimeFormatOptions} */
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
  const parts = new Intl.DateTimeFormat(locale(), options).formatToParts(new Date(instant));
  const part = (/** @type {string} */ type) =>
    parts.find((each) => each.type === type)?.value ?? "";
  return { hour: part("hour"), minute: part("minute") };
}

/**
 * The time of day of an instant in the branch, "9.30" or "9:30".
 * @param {string | number | Date} instant RFC 3339, milliseconds or a date
 */
export function clock(instant, timeZone = pageZone, lang = language()) {
  const { hour, minute } = wall(instant, timeZone);
  return `${Number(hour)}${clockMark(lang)}${minute}`;
}

/**
 * The same as it is configured, "09:30", which is later the larger it is.
 * @param {number} instant
 * @param {string} timeZone
 */
export function timeCode(instant, timeZone) {
  const { hour, minute } = wall(instant, timeZone);
  return `${hour}:${minute}`;
}

/**
 * A time as it is configured, "09:30", as it is read: "9.30" or "9:30".
 * @param {string} code
 */
export function clockOf(code, lang = language()) {
  const [hour, minute] = code.split(":");
  return `${Number(hour)}${clockMark(lang)}${minute}`;
}

const QUARTER_MS = 15 * 60_000;

/**
 * The quarters of an hour within some spans, from five minutes after `now` on (all in ms).
 * @param {[number, number][]} spans
 * @param {number} now
 */
export function quartersWithin(spans, now) {
  const first = Math.ceil((now + QUARTER_MS / 3) / QUARTER_MS) * QUARTER_MS;
  const last = Math.max(0, ...spans.map(([, ends]) => ends));
  const times = [];
  for (let at = first; at < last; at += QUARTER_MS) {
    if (spans.some(([begins, ends]) => begins <= at && at < ends)) times.push(at);
  }
  return times;
}

/**
 * Whether two instants (ms) are of one date in a zone.
 * @param {number} one
 * @param {number} other
 * @param {string} timeZone
 */
export function sameDate(one, other, timeZone) {
  const date = new Intl.DateTimeFormat(locale(), { dateStyle: "short", timeZone });
  return date.format(one) === date.format(other);
}

/**
 * The date of an instant: "26 November", with the additional `parts`: weekday, year.
 * @param {number} instant
 * @param {string} timeZone
 * @param {Pick<Intl.DateTimeFormatOptions, "weekday" | "year">} parts
 */
export function dateIn(instant, timeZone, parts = {}, lang = language()) {
  /** @type {Intl.DateTimeFormatOptions} */
  const options = { day: "numeric", month: "long", ...parts, timeZone };
  if (dateNames(lang)) return namedDate(instant, options, lang);
  return new Intl.DateTimeFormat(locale(lang), options).format(instant);
}

/**
 * A date in a language whose names the browser does not know: "Isniin, 26 Noofeembar 2026".
 * @param {number} instant
 * @param {Intl.DateTimeFormatOptions} options
 * @param {string} lang
 */
function namedDate(instant, { weekday, year, timeZone }, lang) {
  const date = dateParts(instant, timeZone);
  const month = dateNames(lang)?.months[date.month - 1];
  const written = [date.day, month, year && date.year].filter(Boolean).join(" ");
  return weekday ? `${weekdayIn(instant, timeZone ?? "UTC", lang)}, ${written}` : written;
}

/**
 * The numbers of a date in a zone.
 * @param {number} instant
 * @param {string} [timeZone]
 */
function dateParts(instant, timeZone) {
  /** @type {Intl.DateTimeFormatOptions} */
  const options = { day: "numeric", month: "numeric", year: "numeric", timeZone };
  const parts = new Intl.DateTimeFormat(localeOf(codes[0]), options).formatToParts(instant);
  const part = (/** @type {string} */ type) =>
    Number(parts.find((each) => each.type === type)?.value);
  return { year: part("year"), month: part("month"), day: part("day") };
}

/**
 * The weekday of an instant, as within a sentence.
 * @param {number} instant
 * @param {string} timeZone
 */
export function weekdayIn(instant, timeZone, lang = language()) {
  const names = dateNames(lang)?.weekdays;
  if (!names) {
    return new Intl.DateTimeFormat(locale(lang), { weekday: "long", timeZone }).format(instant);
  }
  const { year, month, day } = dateParts(instant, timeZone);
  return names[(new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % names.length];
}

/**
 * The weekday of a date ("2026-11-25"), as a line begins.
 * @param {string} date
 */
export const weekdayOf = (date, lang = language()) =>
  capitalised(weekdayIn(Date.parse(`${date}T12:00:00Z`), "UTC", lang), lang);

/**
 * An instant with its date: "25 Nov 2026 9:30".
 * @param {number} instant
 */
export function dateAndClock(instant, timeZone = pageZone) {
  const date = new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeZone });
  return `${date.format(instant)} ${clock(instant, timeZone)}`;
}
