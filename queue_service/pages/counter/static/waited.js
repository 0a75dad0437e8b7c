// How long somebody has waited, counted on from what the server said last.

import { t } from "/static/js/texts.js";
import { now } from "./clock.js";
import { desk, isHeld } from "./desk.js";

/** Seconds of waiting until now; a delay the citizen asked for does not count. */
export function waitedSeconds(visit) {
  const since = isHeld(visit) ? 0 : Math.max(0, now() - desk.waitingAt) / 1000;
  return visit.waiting_seconds + since;
}

/** The same in whole minutes, "12 min". */
export function minutesWaited(visit) {
  const minutes = Math.floor(waitedSeconds(visit) / 60);
  return minutes ? t("waited.minutes", { n: minutes }) : t("waited.short");
}
