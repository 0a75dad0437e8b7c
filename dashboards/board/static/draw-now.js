// Who waits and what the counters stand in.

import { serverClock } from "/static/js/server-clock.js";
import { waited } from "/static/js/interventions.js";
import { keepText } from "/static/js/ticking.js";
import { $, el, icon } from "/static/js/page.js";
import { t, tn } from "/static/js/texts.js";
import { roughly, stopwatch } from "/static/js/times.js";
import { counterName, isServing, partOf, pauseReason, serviceName, teamName } from "./wording.js";

/** @import { Board, BoardGoal, BoardQueue, CounterInState } from "/static/js/types.d.ts" */

const MOST_ROWS = 8;

/**
 * The figures on top: the longest wait, how many wait, how many counters are open, and today's
 * contacts without a ticket where there are any.
 * @param {Board} board
 */
export function drawSum(board) {
  const waiting = board.queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const open = board.counters.filter(isServing).length;
  $("#sum").replaceChildren(
    longest(board),
    figure("waiting", t("waiting.total"), waiting),
    figure("open", t("counters.open"), partOf(open, board.counters.length)),
    ...board.day.contacts.n ? [contacts(board.day.contacts)] : [],
  );
}

/**
 * Today's contacts without a ticket.
 * @param {Board["day"]["contacts"]} counted
 */
const contacts = ({ n, channels }) =>
  el(
    "div",
    { class: "board-figure board-figure--contacts" },
    el("dt", {}, t("contacts")),
    el("dd", { class: "number" }, String(n)),
    el("dd", { class: "soft small" }, channels.join(" · ")),
  );

/** @param {Board} board */
function longest(board) {
  const now = serverClock.now();
  const [queue] = board.queues
    .filter((each) => each.since !== null)
    .sort((one, other) => seconds(other, now) - seconds(one, now));
  if (!queue) {
    return el(
      "div",
      { class: "board-figure board-figure--longest" },
      el("dt", {}, t("longest")),
      el("dd", { class: "number" }, "–"),
      el("dd", { class: "snug large" }, t("longest.none")),
    );
  }
  const late = seconds(queue) >= queue.limit_seconds;
  return el(
    "div",
    { class: `board-figure board-figure--longest${late ? " is-late" : ""}` },
    el("dt", {}, t("longest")),
    keepText(
      el("dd", { class: "number" }),
      () => stopwatch(seconds(queue)),
    ),
    el("dd", { class: "snug large" }, serviceName(board, queue.service)),
  );
}

/** @param {BoardQueue} queue */
const seconds = (queue, now = serverClock.now()) => waited(queue, now) ?? 0;

/**
 * @param {string} kind
 * @param {string} name
 * @param {string | number} value
 */
function figure(kind, name, value) {
  return el(
    "div",
    { class: `board-figure board-figure--${kind}` },
    el("dt", {}, name),
    el("dd", { class: "number" }, String(value)),
  );
}

/**
 * The table of services. Where there are many, those nobody waits for are only counted.
 * @param {Board} board
 */
export function drawWaiting(board) {
  const many = board.queues.length > MOST_ROWS;
  const shown = many ? board.queues.filter((queue) => queue.waiting) : board.queues;
  $("#waiting").replaceChildren(...shown.map((queue) => waitingRow(board, queue)));
  const left = board.queues.length - shown.length;
  $("#quiet").hidden = left === 0;
  $("#quiet").textContent = left ? tn("quiet", left) : "";
}

/**
 * @param {Board} board
 * @param {BoardQueue} queue
 */
function waitingRow(board, queue) {
  const late = queue.since !== null && seconds(queue) >= queue.limit_seconds;
  const alone = !queue.taken && queue.waiting > 0;
  const name = el(
    "th",
    { scope: "row" },
    el(
      "span",
      { class: "board-waiting__name row gap-0" },
      el("span", {}, serviceName(board, queue.service)),
      " ",
      alone && el("span", { class: "badge badge--bad" }, icon("warning"), t("untaken")),
    ),
  );
  const wait = el("td", { class: `num number${late ? " is-late" : ""}` });
  if (queue.since !== null) keepText(wait, () => stopwatch(seconds(queue)));
  else wait.append(...nothing());
  return el(
    "tr",
    { class: queue.waiting ? null : "is-quiet" },
    name,
    el("td", { class: "num number" }, String(queue.waiting)),
    wait,
  );
}

const nothing = () => [
  el("span", { "aria-hidden": "true" }, "–"),
  el("span", { class: "visually-hidden" }, t("nobody")),
];

/**
 * The counters, in the order they are set up.
 * @param {Board} board
 */
export function drawCounters(board) {
  const list = $("#counters");
  list.classList.toggle("is-many", board.counters.length > 6);
  list.replaceChildren(...board.counters.map((counter) => counterTile(board, counter)));
}

/**
 * @param {Board} board
 * @param {CounterInState} counter
 */
function counterTile(board, counter) {
  const long = board.notices.some((notice) =>
    notice.counter === counter.id && !["long_parked", "untaken"].includes(notice.kind)
  );
  const goal = strictest(board, counter);
  const seconds = () => (counter.since === null ? 0 : serverClock.secondsSince(counter.since));
  const over = () => goal !== null && seconds() >= (goal.threshold_seconds ?? Infinity);
  const time = counter.since && el("span", { class: "board-counter__time end number" });
  if (time) {
    keepText(time, () => {
      time.classList.toggle("is-late", over());
      // A pause may last for hours, and 45:10 might as well be a time of day.
      return counter.state === "paused" ? roughly(seconds()) : stopwatch(seconds());
    });
  }
  const about = [
    pauseWords(board, counter),
    counter.service && serviceName(board, counter.service),
    counter.team && teamName(board, counter.team),
  ].filter(Boolean);
  return el(
    "li",
    { class: `board-counter board-counter--${counter.state}${long ? " is-late" : ""}` },
    el("span", { class: "board-counter__name strong" }, counterName(board, counter.id)),
    counter.number &&
      el("span", { class: "board-counter__number tight end number" }, counter.number),
    keepText(
      el("span", { class: "board-counter__state" }),
      () => over() ? t("state.over", { limit: goal?.limit }) : t(`state.${counter.state}`),
    ),
    time,
    about.length > 0 && el("span", { class: "board-counter__about soft small" }, about.join(" · ")),
  );
}

/**
 * @param {Board} board
 * @param {CounterInState} counter
 */
function pauseWords(board, { pause }) {
  if (!pause) return null;
  const reason = pauseReason(board, pause.reason);
  return pause.since ? reason : t("pause.planned", { reason });
}

/**
 * The strictest handling goal of whoever is being served here, if there is one.
 * @param {Board} board
 * @param {CounterInState} counter
 * @returns {BoardGoal | null}
 */
function strictest(board, { state, service }) {
  if (state !== "serving") return null;
  const seconds = (/** @type {BoardGoal} */ goal) => goal.threshold_seconds ?? Infinity;
  return board.goals
    .filter((goal) => goal.indicator === "handling_time_within" && isAbout(goal, service))
    .sort((one, other) => seconds(one) - seconds(other))[0] ?? null;
}

/**
 * @param {BoardGoal} goal
 * @param {string | null} service
 */
const isAbout = ({ services }, service) =>
  services === null || (service !== null && services.includes(service));
