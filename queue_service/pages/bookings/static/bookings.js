// The appointments of a date: drawn by the server, and drawn again whenever something changes. Keys go
// to other dates and through the times.

import { showConnection } from "/static/js/connection.js";
import { listenForKeys, sayOfKeys, switchKeys } from "/static/js/keys.js";
import { follow } from "/static/js/live.js";
import { $, $input, find, findAll, page, store, stored } from "/static/js/page.js";
import { redraw } from "/static/js/redraw.js";
import { oneAtATime } from "/static/js/requests.js";
import { t } from "/static/js/texts.js";

/** @import { Bindings } from "/static/js/keys.js" */

const TOGETHER_MS = 400; // events this close share one fetch
const TIMEOUT_MS = 8000;
const MINUTE_MS = 60_000;

const SETTINGS = `bookings.${page.branch}`;
let usesKeys = stored(SETTINGS)?.keys ?? true;
let drawn = $("#day").innerHTML;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Fetch the page again, and draw what has changed. */
const refresh = oneAtATime(async () => {
  clearTimeout(timer);
  timer = undefined;
  const answer = await fetch(location.href, {
    credentials: "same-origin",
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await answer.text();
  // A login that has ended, or a service that does not answer, is no page of appointments.
  const fresh = find("#day", new DOMParser().parseFromString(text, "text/html").body);
  if (!fresh || fresh.innerHTML === drawn) return;
  drawn = fresh.innerHTML;
  redraw($("#day"), document.adoptNode(fresh));
});

function refreshSoon() {
  // The event stream says when the connection is lost, and asks for this again when it is back.
  timer ??= setTimeout(refresh, TOGETHER_MS);
}

const rows = () => findAll("#day .day-table tbody tr");

/** @param {number} by */
function step(by) {
  const all = rows();
  if (all.length === 0) return sayOfKeys(t("idle.rows"));
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const current = all.findIndex((row) => row.hasAttribute("data-current"));
  const to = here < 0 ? Math.max(0, current) : here + by;
  all[Math.max(0, Math.min(all.length - 1, to))]?.focus();
}

/** @type {Bindings} */
const DAY_KEYS = {
  next_row: () => step(1),
  previous_row: () => step(-1),
  previous_day: () => $("#previous-day").click(),
  next_day: () => $("#next-day").click(),
  find: () => $("#code-asked").focus(),
  book: () => find("#book")?.click(),
};

function listen() {
  switchKeys($input("#keys"), usesKeys, (on) => {
    usesKeys = on;
    store(SETTINGS, { keys: on });
  });
  listenForKeys(() => DAY_KEYS, () => usesKeys);
  const print = $("#print");
  print.hidden = false;
  print.addEventListener("click", () => globalThis.print());
  setInterval(refreshSoon, MINUTE_MS); // the time that is running
}

listen();
const live = follow();
showConnection(live);
live.onEvent(({ name }) => name.startsWith("booking.") && refreshSoon());
live.onState(refreshSoon);
live.onLive(refreshSoon);
