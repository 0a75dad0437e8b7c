// Today's appointments in a line of a page of staff: asked for each minute, as times pass, and when one
// changes.

import { $, find, page, setText } from "/static/js/page.js";
import { oneAtATime } from "/static/js/requests.js";

/** @import { TodayLine } from "/static/js/types.d.ts" */

const ASK_MS = 60_000;
const TIMEOUT_MS = 8000;

/** Ask for the line and draw it; nothing on a page of a branch without appointments. */
export const renewToday = oneAtATime(async () => {
  if (!find("#today-line")) return;
  const answer = await fetch(`/bookings/${encodeURIComponent(page.branch)}/today`, {
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (answer.ok) draw(await answer.json());
});

/** @param {TodayLine} line */
function draw({ booked, so_far, next }) {
  setText($("#today-booked"), booked);
  setText($("#today-so-far"), so_far);
  setText($("#today-next"), next);
}

/** Begin to ask each minute. */
export function beginToday() {
  renewToday();
  setInterval(renewToday, ASK_MS);
}
