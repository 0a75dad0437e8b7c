// Waiting visits and the state of the counters.

import { serverClock } from "/static/js/server-clock.js";
import { waited } from "/static/js/interventions.js";
import { keepText } from "/static/js/ticking.js";
import { $, el, icon, page } from "/static/js/page.js";
import { t, tn } from "/static/js/texts.js";
import { roughly, stopwatch } from "/static/js/lengths.js";
import { forceAt } from "./draw-force.js";
import {
  areMany,
  counterName,
  isServing,
  partOf,
  pauseReason,
  serviceName,
  teamName,
} from "./wording.js";

/** @import { Board, BoardGoal, BoardQueue, CounterInState } from "/static/js/types.d.ts" */

const MOST_ROWS = 8;
// So many counters fit on one screen with a team and a service below each.
const ROOMY = 4;
// Notices that name a counter for its possible use, not for its state.
const OF_OTHERS = ["long_parked", "parked_closed", "untaken", "long_wait", "expected_wait"];

/**
 * The figures on top: the longest wait, how many wait, how many counters are open; today's
 * appointments where there can be any, and contacts without a ticket where there are any.
 * @param {Board} board
 */
export function drawSum(board) {
  const waiting = board.queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const open = board.counters.filter(isServing).length;
  $("#sum").replaceChildren(
    longest(board),
    ...board.new_ticket ? [newTicket(board.new_ticket)] : [],
    figure("waiting", t("waiting.total"), waiting),
    figure("open", t("counters.open"), partOf(open, board.counters.length)),
    ...board.booked ? [booked(board.booked)] : [],
    ...board.day.contacts.n ? [contacts(board.day.contacts)] : [],
  );
}

/**
 * The expected wait of a new ticket.
 * @param {NonNullable<Board["new_ticket"]>} ticket
 */
const newTicket = ({ text, tone }) =>
  el(
    "div",
    { class: `board-figure board-figure--new is-${tone}` },
    el("dt", { class: "visually-hidden" }, t("new_ticket")),
    el("dd", { class: "snug strong" }, text),
  );

/**
 * Today's contacts without a ticket.
 * @param {Board["day"]["contacts"]} counted
 */
const contacts = ({ n, channels }) =>
  el(
    "div",
    { class: "board-figure board-figure--line" },
    el("dt", {}, t("contacts")),
    el("dd", { class: "number" }, String(n)),
    el("dd", { class: "soft small" }, channels.join(" · ")),
  );

/**
 * Today's appointments, with the way to them.
 * @param {NonNullable<Board["booked"]>} line
 */
const booked = ({ booked: n, so_far, next }) =>
  el(
    "div",
    { class: "board-figure board-figure--line" },
    el("dt", {}, el("a", { href: `/bookings/${page.branch}` }, t("booked"))),
    el("dd", { class: "number" }, n),
    el("dd", { class: "soft small" }, [so_far, next].filter(Boolean).join(" · ")),
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
 * The table of services. If there are many, services without waiting visits are only counted,
 * unless they have an active intervention.
 * @param {Board} board
 * @param {() => void} again
 */
export function drawWaiting(board, again) {
  const many = board.queues.length > MOST_ROWS;
  const rows = board.queues.map((queue) => ({
    queue,
    force: forceAt(board, { service: queue.service }, again),
  }));
  const shown = many
    ? rows.filter(({ queue, force }) => queue.waiting || queue.later || force.length)
    : rows;
  $("#waiting").classList.toggle("is-many", shown.length > MOST_ROWS);
  $("#waiting").replaceChildren(
    ...shown.flatMap(({ queue, force }) => [
      waitingRow(board, queue, force.length > 0),
      ...force.map((one) =>
        el("tr", { class: "board-waiting__force" }, el("td", { colspan: "3" }, one))
      ),
    ]),
  );
  const left = board.queues.length - shown.length;
  $("#quiet").hidden = left === 0;
  $("#quiet").textContent = left ? tn("quiet", left) : "";
}

/**
 * @param {Board} board
 * @param {BoardQueue} queue
 * @param {boolean} changed something is in force for it
 */
function waitingRow(board, queue, changed) {
  const late = queue.since !== null && seconds(queue) >= queue.limit_seconds;
  // If no counter is open at all, the first notice says it once.
  const alone = !queue.taken && queue.waiting > 0 && board.counters.some(isServing);
  const name = el(
    "th",
    { scope: "row" },
    el(
      "span",
      { class: "board-waiting__name row gap-0" },
      el("span", {}, serviceName(board, queue.service)),
      " ",
      alone && el("span", { class: "badge badge--bad" }, icon("warning"), t("untaken")),
      queue.later > 0 &&
        el("span", { class: "board-waiting__later soft" }, tn("later", queue.later)),
    ),
  );
  const wait = el("td", { class: `num number${late ? " is-late" : ""}` });
  if (queue.since !== null) keepText(wait, () => stopwatch(seconds(queue)));
  else wait.append(...nothing());
  return el(
    "tr",
    { class: queue.waiting || changed ? null : "is-quiet" },
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
 * @param {() => void} again
 */
export function drawCounters(board, again) {
  const tiles = board.counters.map((counter) => counterTile(board, counter, again));
  $("#counters").replaceChildren(...tiles);
}

/**
 * @param {Board} board
 * @param {CounterInState} counter
 * @param {() => void} again
 */
function counterTile(board, counter, again) {
  const long = board.notices.some((notice) =>
    (notice.counter === counter.id || notice.counters.includes(counter.id)) &&
    !OF_OTHERS.includes(notice.kind)
  );
  const goal = strictest(board, counter);
  const many = areMany(board);
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
  const service = counter.service && serviceName(board, counter.service);
  // Five counters and more: a service takes the place of the word for serving, and teams are left
  // out, so that all are on one screen.
  const crowded = !many && board.counters.length > ROOMY;
  const brief = crowded && service;
  const about = [
    pauseWords(board, counter),
    !crowded && service,
    counter.team && !crowded && !(many && service) && teamName(board, counter.team),
  ].filter(Boolean);
  const word = el("span");
  keepText(word, () => {
    const clear = brief && counter.state === "serving" && !over();
    word.classList.toggle("visually-hidden", Boolean(clear));
    const said = over()
      ? t(many || brief ? "state.over.short" : "state.over", { limit: goal?.limit })
      : t(`state.${counter.state}`);
    return brief && !clear ? ` · ${said}` : said;
  });
  return el(
    "li",
    { class: `board-counter board-counter--${counter.state}${long ? " is-late" : ""}` },
    el("span", { class: "board-counter__name strong" }, nameParts(counterName(board, counter.id))),
    counter.number &&
      el("span", { class: "board-counter__number tight end number" }, counter.number),
    el(
      "span",
      { class: `board-counter__state${brief ? " small" : ""}` },
      brief && el("span", {}, brief),
      word,
    ),
    time,
    about.length > 0 && el("span", { class: "board-counter__about soft small" }, about.join(" · ")),
    forceAt(board, { counter: counter.id }, again),
  );
}

/**
 * "Counter 12" as its word and its number, so that among many the number can be seen alone.
 * @param {string} name
 */
function nameParts(name) {
  const [, word, number] = /^(\D+ )(\d+)$/.exec(name) ?? [];
  return word
    ? [el("span", { class: "board-counter__word" }, word), el("span", {}, number)]
    : [name];
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
 * The strictest handling goal of the visit that is served here, if there is one.
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
