// The one ranked list of what needs attention first, and what is said aloud about it.

import { serverClock } from "/static/js/server-clock.js";
import { languageName, listed } from "/static/js/languages.js";
import { keepText } from "/static/js/ticking.js";
import { $, announce, el, icon, page } from "/static/js/page.js";
import { language, t, tn } from "/static/js/texts.js";
import { roughly } from "/static/js/times.js";
import { counterName, isServing, pauseReason, serviceName, teamName } from "./wording.js";

/** @import { Board, Notice } from "/static/js/types.d.ts" */

const MOST = 3;
const QUIET_MS = 20_000; // between two announcements: a list that chatters is switched off

const title = $("#h-attention").textContent;

let everything = false;
/** @type {Set<string> | null} */
let known = null;
let announcedAt = 0;

/**
 * The list, or that all is well; while the line is lost, that neither is known.
 * @param {Board} board
 */
export function drawAttention(board) {
  const body = $("#attention");
  const { notices, lastSeen } = board;
  const headline = board.mobile?.headline ?? null;
  const bare = notices.length === 0 || headline !== null;
  body.parentElement?.classList.toggle("is-bare", bare);
  body.parentElement?.classList.toggle("is-well", bare && !lastSeen);
  $("#h-attention").textContent = lastSeen && !bare
    ? t("unknown.since", { time: lastSeen })
    : title;
  if (bare) {
    body.replaceChildren(headline ? late(headline) : lastSeen ? unknown(lastSeen) : well(board));
  } else {
    const shown = everything ? notices : notices.slice(0, MOST);
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

/** @param {Board} board */
function drawMore(board) {
  const button = $("#more");
  const left = board.mobile?.headline ? 0 : board.notices.length - MOST;
  button.hidden = left <= 0;
  button.setAttribute("aria-expanded", String(everything));
  button.textContent = everything ? t("fewer") : tn("more", Math.max(left, 0));
  button.onclick = () => {
    everything = !everything;
    drawAttention(board);
  };
}

/** @param {Board} board */
function well(board) {
  return el(
    "div",
    { class: "board-well grow soft" },
    icon("check", "board-well__icon"),
    el("p", { class: "board-well__words bold" }, t("well")),
    el("p", { class: "large" }, wellWhy(board)),
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
 * A bus without a line: nobody here knows its present, so it is said what is known.
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

/** @param {Board} board */
function wellWhy(board) {
  if (board.open) return t("well.open");
  const staffed = board.counters.some(isServing);
  return staffed ? `${t("well.closed")} ${openCounters(board)}` : t("well.closed");
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
      ...way(notice),
    ),
  );
}

/**
 * Where it is done what a notice advises, with what it names filled in; nothing where it is not.
 * @param {Notice} notice
 */
function way({ kind, service, counter, team, lend }) {
  const act = {
    idle: team || lend ? "lend_counter" : "",
    untaken: counter ? "" : "lend_counter",
    no_counter: "open_counter",
    long_wait: "lend_counter",
  }[String(kind)];
  if (!act) return [];
  const query = new URLSearchParams({ kind: act });
  const facts = Object.entries({ service, counter, team });
  for (const [name, value] of facts) if (value && kind !== "no_counter") query.set(name, value);
  const href = `/dashboards/${encodeURIComponent(page.branch)}/act?${query}`;
  return [" ", el("a", { href }, t(`way.${act}`))];
}

/**
 * What a notice says: its sentence and what to do, as functions, since times run on.
 * @param {Board} board
 * @param {Notice} notice
 * @returns {[() => string, () => string]}
 */
function sentencesOf(board, notice) {
  const { kind, count, number } = notice;
  const time = () => (notice.since ? roughly(serverClock.secondsSince(notice.since)) : "");
  const service = notice.service && serviceName(board, notice.service);
  const values = () => ({
    service,
    number,
    time: time(),
    counter: counterName(board, notice.counter),
    team: notice.team && teamName(board, notice.team),
    screen: notice.screen,
    place: notice.screen || t("notice.help.kiosk"),
    languages: languageNames(notice.languages),
    counters: openCounters(board),
    limit: notice.limit,
    reason: pauseReason(board, notice.reason),
  });
  const goal = kind === "goal" && board.goals.find(({ id }) => id === notice.goal);
  if (goal) return [() => goal.notice[0], () => goal.notice[1]];
  const counted = ["no_counter", "untaken", "after_hours", "carried", "idle"].includes(kind);
  return [
    () => (counted ? tn(`notice.${kind}`, count, values()) : t(`notice.${kind}`, values())),
    () => (kind === "long_wait"
      ? tn("notice.long_wait.do", count, values())
      : t(`notice.${kind}.${toDo(board, notice)}`, values())),
  ];
}

/** @param {string[]} codes */
function languageNames(codes) {
  return listed(codes.map((code) => languageName(code, language())), language());
}

/**
 * Which of a notice's hints fits: most have one; those about a counter say what to do with it.
 * @param {Board} board
 * @param {Notice} notice
 */
function toDo(board, { kind, counter, team, lend, reason }) {
  if (kind === "idle") return lend ? "lend" : team ? "switch" : "do";
  if (kind !== "untaken" || !counter) return "do";
  if (reason) return "paused";
  const closed = board.counters.some((one) => one.id === counter && !isServing(one));
  if (closed) return team ? "open_as" : "open";
  return "switch";
}

/** @param {Board} board */
function openCounters(board) {
  const open = board.counters.filter(isServing).length;
  return open ? tn("counters.some", open) : t("counters.some.none");
}

/**
 * Tell a screen reader the first thing that is new, now and then; and once that all is well.
 * @param {Board} board
 */
function speak(board) {
  if (board.lastSeen) return;
  const now = new Map(board.notices.map((notice) => [keyOf(notice), notice]));
  const before = known;
  const fresh = before && [...now].find(([key]) => !before.has(key));
  const calmed = before !== null && before.size > 0 && now.size === 0;
  if ((fresh || calmed) && Date.now() - announcedAt < QUIET_MS) return; // told later, if it is still so
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
const keyOf = ({ kind, level, service, counter, number, goal, screen }) =>
  [kind, level, service, counter, number, goal, screen].join("|");
