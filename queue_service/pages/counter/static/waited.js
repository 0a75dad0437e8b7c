// How long somebody has waited, counted on from what the server said last.

import { serverClock } from "/static/js/server-clock.js";
import { t } from "/static/js/texts.js";
import { desk, isHeld } from "./desk.js";

/** Seconds of waiting until now; a delay the citizen asked for does not count. */
export function waitedSeconds(visit) {
  const since = isHeld(visit) ? 0 : Math.max(0, serverClock.now() - desk.waitingAt) / 1000;
  return visit.waiting_seconds + since;
}

/** The same in whole minutes, "12 min". */
export function minutesWaited(visit) {
  const minutes = Math.floor(waitedSeconds(visit) / 60);
  return minutes ? t("waited.minutes", { n: minutes }) : t("waited.short");
}
