// The board: what comes in is drawn panel by panel, and only where something has changed.

import { $ } from "/static/js/page.js";
import { showLine } from "/static/js/line.js";
import { clock, locale, t } from "/static/js/texts.js";
import { Feed } from "./feed.js";
import { drawAlerts } from "./draw-alerts.js";
import { drawAttention } from "./draw-attention.js";
import { drawGoals, drawHour } from "./draw-goals.js";
import { drawCounters, drawSum, drawWaiting } from "./draw-now.js";
import { fullscreenButton } from "./fullscreen.js";
import { freeze, serverNow, setClock, startTicking } from "./ticking.js";

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
  const time = clock(serverNow(), board.timezone);
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
  const day = (instant) =>
    new Date(instant).toLocaleDateString(locale(), { weekday: "long", timeZone: board.timezone });
  const date = (instant) =>
    new Date(instant).toLocaleDateString("sv", { timeZone: board.timezone });
  const today = date(board.opens_at) === date(board.at);
  const values = { day: day(board.opens_at), time: at(board.opens_at) };
  return t("closed.until", { when: t(today ? "when.today" : "when.day", values) });
}

const feed = new Feed();
feed.addEventListener("board", ({ detail }) => {
  board = detail;
  setClock(board.at);
  draw();
});
feed.addEventListener("stale", ({ detail }) => {
  stale = true;
  freeze(detail.since);
  document.documentElement.classList.add("is-stale");
  if (board) draw();
});
feed.addEventListener("live", () => {
  stale = false;
  document.documentElement.classList.remove("is-stale");
  if (board) draw();
});
showLine(feed);
startTicking(drawHead);
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
