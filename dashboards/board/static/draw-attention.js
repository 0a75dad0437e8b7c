// The ranked list of notices, and the announcements of a screen reader about it.

import { serverClock } from "/static/js/server-clock.js";
import { languageName, listed } from "/static/js/languages.js";
import { keepText } from "/static/js/ticking.js";
import { $, announce, el, icon, page } from "/static/js/page.js";
import { language, t, tn } from "/static/js/texts.js";
import { roughly } from "/static/js/lengths.js";
import { counterName, isServing, pauseReason, serviceName, teamName } from "./wording.js";

/** @import { Board, Notice, Values } from "/static/js/types.d.ts" */

const MOST = 3;
const MOST_NAMES = 4;
const QUIET_MS = 20_000; // between two announcements: a list that chatters is switched off

const title = $("#h-attention").textContent;

let everything = false;
/** @type {Set<string> | null} */
let known = null;
let announcedAt = 0;

/**
 * The list, or that all is well; without a connection, that neither is known.
 * @param {Board} board
 */
export function drawAttention(board) {
  const body = $("#attention");
  const { notices, lastSeen } = board;
  const headline = board.mobile?.headline ?? null;
  const bare = notices.length === 0 || headline !== null;
  body.parentElement?.classList.toggle("is-bare", bare);
  body.parentElement?.classList.toggle("is-well", bare && !lastSeen && isWell(board));
  $("#h-attention").textContent = lastSeen && !bare
    ? t("unknown.since", { time: lastSeen })
    : title;
  if (bare) {
    body.replaceChildren(headline ? late(headline) : lastSeen ? unknown(lastSeen) : well(board));
  } else {
    const shown = everything ? notices : notices.slice(0, most());
    const list = el(
      "ol",
      { class: "board-notices grow stack gap-2", role: "list", id: "notices" },
      shown.map((notice) => item(board, notice)),
    );
    body.replaceChildren(list);
  }
  drawMore(board);
  speak(board);
}

/** Next to many counters what is in force has the room of one, so that the board keeps to its screen. */
function most() {
  const many = $("#main").classList.contains("board-page--many");
  return many && !$("#force").hidden ? MOST - 1 : MOST;
}

/** @param {Board} board */
function drawMore(board) {
  const button = $("#more");
  const left = board.mobile?.headline ? 0 : board.notices.length - most();
  button.hidden = left <= 0;
  button.setAttribute("aria-expanded", String(everything));
  button.textContent = everything ? t("fewer") : tn("more", Math.max(left, 0));
  button.onclick = () => {
    everything = !everything;
    drawAttention(board);
  };
}

/**
 * Whether all is well: also no alert is open, and a ticket issued now reaches the goal.
 * @param {Board} board
 */
const isWell = (board) => board.well && board.alerts_open === 0 && !board.mobile?.headline;

/** @param {Board} board */
function well(board) {
  const { alerts_open: alerts, untaken } = board;
  const words = isWell(board) ? t("well") : alerts ? tn("calm.alerts", alerts) : t("calm");
  const why = isWell(board)
    ? wellWhy(board)
    : [alerts ? wellWhy(board) : "", untaken, board.new_ticket?.text].filter(Boolean).join(" ");
  return el(
    "div",
    { class: "board-well grow soft" },
    icon(isWell(board) ? "check" : alerts ? "bell" : "clock", "board-well__icon"),
    el("p", { class: "board-well__words bold" }, words),
    el("p", { class: "large" }, why),
    board.estimates.length > 0 &&
      el("p", { class: "board-well__estimates small" }, board.estimates.join(" · ")),
  );
}

/** @param {string} lastSeen */
function unknown(lastSeen) {
  return el(
    "div",
    { class: "board-well grow soft" },
    icon("question", "board-well__icon"),
    el("p", { class: "board-well__words bold" }, t("unknown")),
    el("p", { class: "large" }, t("unknown.seen", { time: lastSeen })),
  );
}

/**
 * A bus without a connection: its current state is unknown, so the last known one is shown.
 * @param {[string, string]} headline
 */
function late([head, more]) {
  return el(
    "div",
    { class: "board-well grow soft" },
    icon("clock", "board-well__icon"),
    el("p", { class: "board-well__words bold" }, head),
    el("p", { class: "large" }, more),
  );
}

/**
 * The text below "All is well".
 * @param {Pick<Board, "open" | "queues" | "counters">} board
 */
export function wellWhy(board) {
  if (board.open) return t("well.open");
  // Visits of a bus' branch that only its other machine calls are no notice here, and yet wait.
  const waiting = board.queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const closed = waiting ? tn("well.closed.waiting", waiting) : t("well.closed");
  return board.counters.some(isServing) ? `${closed} ${openCounters(board)}` : closed;
}

/**
 * @param {Board} board
 * @param {Notice} notice
 */
function item(board, notice) {
  const [head, hint] = sentencesOf(board, notice);
  return el(
    "li",
    { class: `board-notice grow board-notice--${notice.level}` },
    icon(notice.level === "act" ? "warning" : "clock", "board-notice__icon"),
    el(
      "p",
      { class: "board-notice__head snug large bold" },
      el("span", { class: "visually-hidden" }, `${t(`level.${notice.level}`)}: `),
      keepText(el("span"), head),
    ),
    el(
      "p",
      { class: "board-notice__hint snug" },
      keepText(el("span"), hint),
      ...way(board, notice),
    ),
  );
}

/**
 * The link to where a notice's advice is carried out; none if it is not done there.
 * @param {Board} board
 * @param {Notice} notice
 */
function way(board, notice) {
  const query = actQuery(board, notice);
  if (query === null) return [];
  const href = `/dashboards/${encodeURIComponent(page.branch)}/act?${query}`;
  return [" ", el("a", { href }, t(`way.${query.get("kind")}`))];
}

/**
 * The form of the page *Act* with the parts that a notice names filled in; null if it is not done
 * there.
 * @param {Pick<Board, "counters" | "mobile">} board
 * @param {Partial<Notice>} notice
 */
export function actQuery(board, notice) {
  const { kind, services = [], service, counter = null, team, lend, reason, pace } = notice;
  const closed = isClosed(board, counter);
  const act = {
    idle: team || lend ? "lend_counter" : "",
    untaken: reason ? "" : closed ? "open_counter" : "lend_counter",
    no_counter: "open_counter",
    long_wait: counter ? closed && "open_counter" : "lend_counter",
    expected_wait: counter ? closed && "open_counter" : "lend_counter",
    pace: pace?.act ?? "",
    not_today: "not_today",
  }[String(kind)];
  if (!act || board.mobile?.run_by === "bus") return null;
  const query = new URLSearchParams({ kind: act });
  const time = pace?.until;
  const facts = Object.entries({ counter, team, until: time && "time", time });
  for (const [name, value] of facts) if (value) query.set(name, value);
  if (act === "lend_counter") {
    for (const each of services.length ? services : [service]) query.append("service", each ?? "");
  }
  return query;
}

/**
 * The texts of a notice: its sentence and the hint, as functions, since times run on.
 * @param {Board} board
 * @param {Notice} notice
 * @returns {[() => string, () => string]}
 */
function sentencesOf(board, notice) {
  const { kind, count, number } = notice;
  const time = () => (notice.since ? roughly(serverClock.secondsSince(notice.since)) : "");
  const { services } = notice;
  const service = services.length > 1
    ? several(services.map((id) => serviceName(board, id)))
    : notice.service && serviceName(board, notice.service);
  const values = () => ({
    service,
    number,
    time: time(),
    counter: notice.counters.length > 1
      ? several(notice.counters.map((id) => counterName(board, id)))
      : counterName(board, notice.counter),
    team: notice.team && teamName(board, notice.team),
    screen: notice.screen,
    place: notice.screen || t("notice.help.kiosk"),
    languages: languageNames(notice.languages),
    counters: openCounters(board),
    limit: notice.limit,
    expected: notice.expected,
    n: count,
    reason: pauseReason(board, notice.reason),
  });
  const { pace } = notice;
  if (pace) return [() => pace.headline, () => pace.hint];
  const goal = kind === "goal" && board.goals.find(({ id }) => id === notice.goal);
  if (goal) return [() => goal.notice[0], () => goal.notice[1]];
  const counted = ["no_counter", "untaken", "after_hours", "carried", "idle"].includes(kind);
  const many = { untaken: services, idle: notice.counters }[kind] ?? [];
  if (many.length > 1) {
    return [() => t(`notice.${kind}.several`, values()), () => hintOf(board, notice, values())];
  }
  return [
    () => (counted ? tn(`notice.${kind}`, count, values()) : t(`notice.${kind}`, values())),
    () => hintOf(board, notice, values()),
  ];
}

/**
 * Their names, the first of them where there are many.
 * @param {string[]} names
 */
function several(names) {
  const shown = names.length > MOST_NAMES
    ? [...names.slice(0, MOST_NAMES - 1), tn("more", names.length - MOST_NAMES + 1)]
    : names;
  return listed(shown, language());
}

/**
 * @param {Board} board
 * @param {Notice} notice
 * @param {Values} values
 */
function hintOf(board, notice, values) {
  const { kind, count, counter, expected } = notice;
  if (kind !== "long_wait" && kind !== "expected_wait") {
    const todo = t(`notice.${kind}.${toDo(board, notice)}`, values);
    const display = kind === "sound_blocked" || kind === "voice_missing";
    return display && notice.screen ? `${todo} ${t("notice.display", values)}` : todo;
  }
  const hint = tn(`notice.${kind}.do`, count, values);
  const more = kind === "long_wait" && expected ? t("notice.long_wait.expected", values) : "";
  const free = counter && !isClosed(board, counter) ? t("notice.free", values) : "";
  return [hint, more, free].filter(Boolean).join(" ");
}

/** @param {string[]} codes */
function languageNames(codes) {
  return listed(codes.map((code) => languageName(code, language())), language());
}

/**
 * The key of a notice's hint: most have one; notices about a counter have several.
 * @param {Board} board
 * @param {Notice} notice
 */
function toDo(board, { kind, counter, counters, team, lend, reason }) {
  if (kind === "idle") {
    const more = counters.length > 1 ? "_several" : "";
    return `${lend ? "lend" : team ? "switch" : "do"}${more}`;
  }
  if (kind !== "untaken" || !counter) return "do";
  if (reason) return "paused";
  if (isClosed(board, counter)) return team ? "open_as" : "open";
  return "switch";
}

/**
 * @param {Pick<Board, "counters">} board
 * @param {string | null} counter
 */
const isClosed = (board, counter) =>
  board.counters.some((one) => one.id === counter && !isServing(one));

/** @param {Pick<Board, "counters">} board */
function openCounters(board) {
  const open = board.counters.filter(isServing).length;
  return open ? tn("counters.some", open) : t("counters.some.none");
}

/**
 * Announce the first new item to a screen reader, now and then; and once that all is well.
 * @param {Board} board
 */
function speak(board) {
  if (board.lastSeen) return;
  const now = new Map(board.notices.map((notice) => [keyOf(notice), notice]));
  const before = known;
  const fresh = before && [...now].find(([key]) => !before.has(key));
  const calmed = before !== null && before.size > 0 && now.size === 0 && isWell(board);
  if ((fresh || calmed) && Date.now() - announcedAt < QUIET_MS) return; // shown later, if it still applies
  known = new Set(now.keys());
  if (!fresh && !calmed) return;
  announcedAt = Date.now();
  announce(
    fresh
      ? t("announce.new", { what: sentencesOf(board, fresh[1])[0]() })
      : `${t("well")}. ${t("well.open")}`,
  );
}

/** @param {Notice} notice */
const keyOf = ({ kind, level, service, services, counter, number, goal, screen }) =>
  [kind, level, service, services, counter, number, goal, screen].join("|");
