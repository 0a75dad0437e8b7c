// Whether the branch is closed, and when it opens: the server knows the calendar.

import { get } from "/static/js/api.js";
import { when } from "/static/js/opening-hours.js";
import { page, pageData } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { t } from "/static/js/texts.js";
import { configuration } from "./branch.js";
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
  const now = serverClock.now();
  const { timezone } = configuration();
  if (nextOpening <= now) renewHours(); // one that is over; until then it is the best there is
  return t("closed.until", { when: when(nextOpening, { timezone, now }) });
}
