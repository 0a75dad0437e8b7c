// The board: what comes in is drawn panel by panel, and only if something has changed.

import { inForce } from "/static/js/interventions.js";
import { serverClock } from "/static/js/server-clock.js";
import { tick } from "/static/js/ticking.js";
import { showConnection } from "/static/js/connection.js";
import { closingTime, when } from "/static/js/opening-hours.js";
import { $, find, setText } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { clock } from "/static/js/times.js";
import { drawAlerts } from "./draw-alerts.js";
import { drawAttention } from "./draw-attention.js";
import { drawForce } from "./draw-force.js";
import { drawGoals, drawHour } from "./draw-goals.js";
import { drawCounters, drawSum, drawWaiting } from "./draw-now.js";
import { Feed } from "./feed.js";
import { fitGoals } from "./fit-goals.js";
import { areMany } from "./wording.js";

/** @import { Board } from "/static/js/types.d.ts" */
/** @typedef {(board: Board) => void} Draw */

const TICK_MS = 1000;

/** @type {Board | null} */
let board = null;
let stale = false;
/** @type {Map<Draw, string>} */
const drawn = new Map(); // what each panel shows
const again = () => feed.fetch();
const alertsPanel = (/** @type {Board} */ shown) => drawAlerts(shown, again);
const forcePanel = (/** @type {Board} */ shown) => drawForce(shown, again);
const waitingPanel = (/** @type {Board} */ shown) => drawWaiting(shown, again);
const countersPanel = (/** @type {Board} */ shown) => drawCounters(shown, again);

/**
 * Draw a panel if what it shows is not what it showed.
 * @param {Board} shown
 * @param {Draw} panel
 * @param {unknown} facts what it shows
 */
function drawPanel(shown, panel, facts) {
  const signature = JSON.stringify([facts, shown.names]);
  if (drawn.get(panel) === signature) return;
  panel(shown);
  drawn.set(panel, signature);
}

function draw() {
  if (board === null) return;
  $("#main").setAttribute("aria-busy", "false");
  // The state at the time of the lost connection is not shown as current.
  board.lastSeen = lastSeenOf(board);
  const headline = board.mobile?.headline;
  $("#main").classList.toggle("board-page--late", Boolean(headline));
  $("#main").classList.toggle("board-page--many", areMany(board));
  const { alerts, alerts_open, counters, goals, notices, queues, lastSeen } = board;
  drawPanel(board, alertsPanel, [alerts, alerts_open]);
  const { new_ticket: newTicket, well, untaken } = board;
  const calm = [well, untaken, newTicket, alerts_open, board.estimates];
  const force = inForce(board, serverClock.now());
  drawPanel(board, forcePanel, force);
  const about = [notices, goals, counters, board.open, lastSeen, headline, calm, force];
  drawPanel(board, drawAttention, about);
  // Lateness comes with time: a wait over its limit is a notice too, so notices redraw these.
  const { contacts } = board.day;
  drawPanel(board, drawSum, [queues, counters, notices, contacts, newTicket, board.booked]);
  const limits = goals.map((goal) => goal.threshold_seconds);
  drawPanel(board, waitingPanel, [queues, notices, force]);
  drawPanel(board, countersPanel, [counters, notices, limits, force]);
  drawPanel(board, drawGoals, [goals, lastSeen]);
  drawPanel(board, drawHour, [board.hour, board.day]);
  // A strip of alerts above the goals moves them.
  drawPanel(board, fitGoals, [goals, lastSeen, alerts, alerts_open]);
  drawActs();
  drawHead();
}

/** The number of active interventions, next to the link to them. */
function drawActs() {
  const now = inForce(board, serverClock.now()).length;
  const badge = $("#acts");
  badge.hidden = now === 0;
  setText(badge, String(now));
}

/**
 * When what is shown was so: at the last answer while the connection is lost, of a bus without a
 * connection when it was heard; null while it is the present.
 * @param {Board} shown
 */
function lastSeenOf({ at, mobile, timezone }) {
  if (stale) return clock(at, timezone);
  const heard = mobile?.headline ? mobile.complete_until ?? mobile.heard_at : null;
  return heard ? clock(heard, timezone) : null;
}

function drawHead() {
  if (board === null) return;
  const time = clock(serverClock.now(), board.timezone);
  setText($("#clock"), stale ? t("frozen", { time }) : time);
  setText($("#open"), stale ? "" : openSentence(board));
  drawMobile(board);
}

/**
 * Of a bus: where it is, and until when the figures are complete.
 * @param {Board} shown
 */
function drawMobile({ lastSeen, mobile }) {
  const asOf = $("#as-of");
  asOf.hidden = !mobile?.headline || lastSeen === null;
  setText(asOf, lastSeen ? t("frozen", { time: lastSeen }) : "");
  $("#act").hidden = mobile?.run_by === "bus"; // it is done there
  const line = $("#mobile");
  line.hidden = mobile === null;
  const heard = mobile?.headline ? "" : mobile?.heard; // the headline says it
  const warnings = mobile?.warnings ?? [];
  setText(line, [...warnings, mobile?.place, heard].filter(Boolean).join(" · "));
  line.classList.toggle("board-mobile--silent", (mobile?.silent ?? false) || warnings.length > 0);
}

/** @param {Board} shown */
function openSentence({ open, closes_at: closes, opens_at: opens, timezone }) {
  if (open) {
    return closes
      ? t("open.until", { time: closingTime(Date.parse(closes), timezone) })
      : t("open.always");
  }
  if (!opens) return t("closed");
  const opening = when(Date.parse(opens), { timezone, now: serverClock.now() });
  return t("closed.until", { when: opening });
}

/** Show the button that gives the board the whole screen, where the browser can. */
function offerFullScreen() {
  const button = $("#fullscreen");
  if (!document.fullscreenEnabled) return;
  const update = () => {
    const full = document.fullscreenElement !== null;
    $("span", button).textContent = t(full ? "fullscreen.leave" : "fullscreen.enter");
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  });
  document.addEventListener("fullscreenchange", update);
  update();
}

const feed = new Feed();
feed.onBoard((newest) => {
  board = newest;
  serverClock.set(Date.parse(board.at));
  draw();
});
feed.onStale(() => {
  stale = true;
  serverClock.freeze();
  tick();
  document.documentElement.classList.add("is-stale");
  draw();
});
feed.onLive(() => {
  stale = false;
  document.documentElement.classList.remove("is-stale");
  draw();
});
showConnection(feed);
setInterval(() => {
  tick();
  drawHead();
  drawActs();
}, TICK_MS);
offerFullScreen();

// A menu is left by pressing elsewhere or Escape, as one expects of a menu.
const openMenu = () => {
  const menu = find("#others");
  return menu instanceof HTMLDetailsElement && menu.open ? menu : null;
};
addEventListener("click", ({ target }) => {
  const menu = openMenu();
  if (menu && !menu.contains(/** @type {Node} */ (target))) menu.open = false;
});
addEventListener("keydown", ({ key }) => {
  const menu = openMenu();
  if (key !== "Escape" || menu === null) return;
  menu.open = false;
  $("summary", menu).focus();
});
