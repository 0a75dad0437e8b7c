// The board: what comes in is drawn panel by panel, and only where something has changed.

import { when } from "/static/js/opening-hours.js";
import { $ } from "/static/js/page.js";
import { showLine } from "/static/js/line.js";
import { serverClock } from "/static/js/server-clock.js";
import { clock, t } from "/static/js/texts.js";
import { tick } from "/static/js/ticking.js";
import { Feed } from "./feed.js";
import { drawAlerts } from "./draw-alerts.js";
import { drawAttention } from "./draw-attention.js";
import { drawGoals, drawHour } from "./draw-goals.js";
import { drawCounters, drawSum, drawWaiting } from "./draw-now.js";
import { fullscreenButton } from "./fullscreen.js";

const TICK_MS = 1000;

let board = null;
let stale = false;
const drawn = new Map();

/** Draw a panel if what it shows is not what it showed; `of` picks that from the board. */
function panel(draw, of) {
  const now = JSON.stringify([of(board), board.names]);
  if (drawn.get(draw) === now) return;
  draw(board);
  drawn.set(draw, now);
}

function draw() {
  $("#main").setAttribute("aria-busy", "false");
  // What was so when the line was lost is not told as being so still.
  board.seen = stale ? clock(board.at, board.timezone) : null;
  panel((b) => drawAlerts(b, () => feed.fetch()), (b) => [b.alerts, b.alerts_open]);
  panel(drawAttention, (b) => [b.notices, b.goals, b.counters, b.open, b.seen]);
  // Lateness comes with time: a wait over its limit is a notice too, so notices redraw these.
  panel(drawSum, (b) => [b.queues, b.counters, b.notices]);
  panel(drawWaiting, (b) => [b.queues, b.notices]);
  panel(
    drawCounters,
    (b) => [b.counters, b.notices, b.goals.map((goal) => goal.threshold_seconds)],
  );
  panel(drawGoals, (b) => [b.goals, b.seen]);
  panel(drawHour, (b) => [b.hour, b.day, b.goals]);
  drawHead();
}

function drawHead() {
  if (!board) return;
  const time = clock(serverClock.now(), board.timezone);
  say($("#clock"), stale ? t("frozen", { time }) : time);
  say($("#open"), stale ? "" : openWords());
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function openWords() {
  const at = (instant) => clock(instant, board.timezone);
  if (board.open) {
    return board.closes_at ? t("open.until", { time: at(board.closes_at) }) : t("open.always");
  }
  if (!board.opens_at) return t("closed");
  const { timezone } = board;
  const opens = when(Date.parse(board.opens_at), { timezone, now: serverClock.now() });
  return t("closed.until", { when: opens });
}

const feed = new Feed();
feed.addEventListener("board", ({ detail }) => {
  board = detail;
  serverClock.set(Date.parse(board.at));
  draw();
});
feed.addEventListener("stale", () => {
  stale = true;
  serverClock.freeze();
  tick();
  document.documentElement.classList.add("is-stale");
  if (board) draw();
});
feed.addEventListener("live", () => {
  stale = false;
  document.documentElement.classList.remove("is-stale");
  if (board) draw();
});
showLine(feed);
setInterval(() => {
  tick();
  drawHead();
}, TICK_MS);
fullscreenButton($("#fullscreen"));
// A menu is left by pressing elsewhere or Escape, as one expects of a menu.
addEventListener("click", ({ target }) => {
  const menu = $("#others");
  if (menu?.open && !menu.contains(target)) menu.open = false;
});
addEventListener("keydown", ({ key }) => {
  const menu = $("#others");
  if (key !== "Escape" || !menu?.open) return;
  menu.open = false;
  $("summary", menu).focus();
});
