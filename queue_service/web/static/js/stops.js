// The stop of a mobile branch now, and its next stop. The server knows the calendar.

import { when } from "./opening-hours.js";
import { language, named, t } from "./texts.js";
import { clock } from "./times.js";

/** @import { StopTime } from "./types.d.ts" */
/** @typedef {{ stops?: StopTime[], timezone: string }} Route */

/**
 * The stop of the moment, or null on the road.
 * @param {Route} route
 * @param {number} now
 */
export const stopNow = ({ stops = [] }, now) =>
  stops.find(({ since, until }) => since <= now && now < until) ?? null;

/**
 * The stops that are still to come.
 * @param {Route} route
 * @param {number} now
 */
export const stopsAhead = ({ stops = [] }, now) => stops.filter(({ since }) => since > now);

/**
 * "The square until 12:00. Next stop: The school, today at 13:00." Empty for a branch that stays.
 * @param {Route} route
 * @param {number} now
 */
export function stopSentence(route, now, lang = language()) {
  const { timezone } = route;
  const here = stopNow(route, now);
  const [next] = stopsAhead(route, now);
  const time = here ? clock(here.until, timezone, lang) : "";
  const parts = [
    here ? t("stop.now", { stop: named(here.name, lang), time }, lang) : "",
    next
      ? t("stop.next", {
        stop: named(next.name, lang),
        when: when(next.since, { timezone, now, lang }),
      }, lang)
      : "",
  ];
  return parts.filter(Boolean).join(" ");
}
