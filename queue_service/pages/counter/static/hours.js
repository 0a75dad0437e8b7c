// Whether the branch is closed, and when it opens: the server knows the calendar.

import { get } from "/static/js/api.js";
import { page, pageData } from "/static/js/page.js";
import { clock, locale, t } from "/static/js/texts.js";
import { configuration } from "./branch.js";
import { now } from "./clock.js";
import { desk } from "./desk.js";
import { single } from "./single.js";

let nextOpening = pageData().next_opening; // milliseconds; null for never

/** Ask again when it opens. */
export const renewHours = single(async () => {
  const address = `${location.origin}/counter/${encodeURIComponent(page.branch)}/hours`;
  ({ next_opening: nextOpening } = await get(address));
});

/** "Closed – opens Thursday at 14:00", or "" while the branch is open. */
export function closedWords() {
  if (desk.state === null || desk.state.open) return "";
  if (nextOpening === null) return t("closed");
  if (nextOpening <= now()) renewHours(); // one that is over; until then it is the best there is
  return t("closed.until", { when: when(nextOpening) });
}

function when(instant) {
  const { timezone: timeZone } = configuration();
  const time = clock(instant, timeZone);
  const date = (ms) => new Intl.DateTimeFormat("sv-SE", { timeZone }).format(ms);
  if (date(instant) === date(now())) return t("when.today", { time });
  const near = instant - now() < 6 * 24 * 3600 * 1000;
  const long = near ? {} : { day: "numeric", month: "long" };
  const day = new Intl.DateTimeFormat(locale(), { weekday: "long", ...long, timeZone });
  return t("when.day", { day: day.format(instant), time });
}
