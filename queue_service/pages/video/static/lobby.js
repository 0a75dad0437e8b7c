// Between two conversations: how many wait at the screens, who comes first, and the one big press.

import { $, el, icon, page } from "/static/js/page.js";
import { t, tn } from "/static/js/texts.js";
import { callNext } from "/static/pages/counter/commands/actions.js";
import { button, draw } from "/static/pages/counter/draw.js";
import { isPaused } from "./pauses.js";
import { branchName, chosen, firstOf, isMine, keyOf, screenName, teamName } from "./screens.js";

/** @import { VideoCounter, Visit } from "/static/js/types.d.ts" */
/**
 * The callbacks of the lobby.
 * @typedef {{
 *   change: () => unknown,
 *   leave: () => unknown,
 *   pause: () => unknown,
 *   goOn: (screen: VideoCounter) => unknown,
 *   reopen: (screen: VideoCounter) => unknown,
 *   takeOver: (screen: VideoCounter) => unknown,
 *   resume: (screen: VideoCounter, id: string) => unknown,
 *   lobby: () => unknown,
 *   takeBack: (number: string) => unknown,
 * }} Ways
 */

/**
 * Draw the lobby into the stage.
 * @param {Ways} ways
 */
export function drawLobby(ways) {
  const screens = chosen();
  // Seconds come and go without a word; minutes are drawn.
  const facts = screens.map(({ next, ...rest }) => [rest, next?.number, minutes(next)]);
  $("#stage").hidden = false;
  draw($("#stage-top"), ["lobby", facts], () => (isPaused() ? paused(ways) : top(screens)));
  draw($("#stage-rest"), ["lobby", facts], () => rest(screens, ways));
}

/**
 * Draw into the stage that another clerk has taken the conversation over: the visit is handled
 * there.
 * @param {Visit} visit
 * @param {Ways} ways
 */
export function drawTaken({ number, counter }, { lobby, takeBack }) {
  const where = { branch: page.branch, counter: counter ?? "" };
  const values = { number, counter: screenName(where), branch: branchName(where.branch) };
  $("#stage").hidden = false;
  draw($("#stage-top"), ["taken", values], () => [
    el(
      "h1",
      { id: "stage-title", class: "stage__title", tabindex: "-1", dataset: { key: "title" } },
      t("taken.title", values),
    ),
    el("p", { class: "stage__lead large soft" }, t("taken.lead", values)),
    el(
      "div",
      { class: "row" },
      button(t("taken.lobby"), {
        key: "lobby",
        press: lobby,
        classes: "button--primary",
        icon: "arrow-left",
      }),
      button(t("taken.back"), { key: "back", press: () => takeBack(number), icon: "swap" }),
    ),
  ]);
  for (const part of ["#stage-rest", "#specialist", "#news"]) draw($(part), "taken", () => []);
}

/** How many wait at the chosen screens: no visit is counted for two screens of one branch. */
export function waiting() {
  const most = new Map();
  for (const { branch, waiting: n } of chosen()) {
    most.set(branch, Math.max(n, most.get(branch) ?? 0));
  }
  return [...most.values()].reduce((sum, n) => sum + n, 0);
}

/** @param {VideoCounter["next"]} next */
const minutes = (next) => (next ? Math.floor(next.waiting_seconds / 60) : 0);

/** @param {VideoCounter[]} screens */
function top(screens) {
  const n = waiting();
  const first = firstOf(screens);
  return [
    el(
      "h1",
      { id: "stage-title", class: "stage__title", tabindex: "-1", dataset: { key: "title" } },
      n ? tn("lobby.title", n) : t("lobby.nobody"),
    ),
    el("p", { class: "stage__lead large soft" }, lead(screens, n, first)),
    el(
      "div",
      { class: "stage__act" },
      button(t("lobby.next"), {
        key: "go",
        press: callNext,
        command: "go",
        classes: `button--primary stage__go${first ? "" : " stage__go--idle"}`,
        icon: "bell",
      }),
    ),
  ];
}

/** @param {Ways} ways */
const paused = ({ pause }) => [
  el(
    "h1",
    { id: "stage-title", class: "stage__title", tabindex: "-1", dataset: { key: "title" } },
    icon("pause"),
    " ",
    t("counter.paused"),
  ),
  el("p", { class: "stage__lead large soft" }, t("screens.paused")),
  el(
    "div",
    { class: "stage__act" },
    button(t("pause.go"), {
      key: "go",
      press: pause,
      command: "go",
      classes: "button--primary stage__go",
      icon: "play",
    }),
  ),
];

/**
 * The first visit, or the reason why no visit can be called.
 * @param {VideoCounter[]} screens
 * @param {number} n how many wait
 * @param {VideoCounter | null} first
 */
function lead(screens, n, first) {
  if (first) return longest(first);
  if (!n) return t(screens.some((screen) => screen.branch_open) ? "lobby.calm" : "lobby.shut");
  const closed = screens.some(({ state, waiting: some }) => state === "closed" && some);
  return t(closed ? "lobby.closed" : "lobby.quicker");
}

/** @param {VideoCounter} screen */
function longest({ branch, next }) {
  const values = { number: next?.number, branch: branchName(branch) };
  const n = minutes(next);
  if (!n) return t("lobby.longest.short", values);
  return t("lobby.longest", { ...values, time: tn("minutes", n) });
}

/**
 * @param {VideoCounter[]} screens
 * @param {Ways} ways
 */
const rest = (screens, ways) => [
  el(
    "section",
    { class: "screens", "aria-labelledby": "screens-title" },
    el("h2", { id: "screens-title", class: "stage__heading soft strong" }, t("screens")),
    el(
      "div",
      { class: "scroll-x" },
      el(
        "table",
        { class: "table" },
        el("thead", {}, el("tr", {}, head())),
        el("tbody", {}, screens.map((screen) => row(screen, ways))),
      ),
    ),
    el("p", { class: "small soft" }, t("lobby.rule")),
  ),
  el(
    "div",
    { class: "row" },
    screens.some(({ state }) => state === "free") && button(t("pause"), {
      key: "pause",
      press: ways.pause,
      command: "pause",
      icon: "pause",
    }),
    button(t("lobby.change"), { key: "change", press: ways.change, icon: "settings" }),
    button(t("lobby.leave"), { key: "leave", press: ways.leave, icon: "door" }),
  ),
];

const head = () => [
  el("th", { scope: "col" }, t("screens.screen")),
  el("th", { scope: "col" }, t("screens.state")),
  el("th", { scope: "col", class: "num" }, t("screens.waiting")),
  el("th", { scope: "col" }, t("screens.longest")),
];

/**
 * Its branch, and the team that it is open with.
 * @param {VideoCounter} screen
 */
const whose = ({ branch, team }) =>
  [branchName(branch), teamName(branch, team)].filter(Boolean).join(" · ");

/**
 * @param {VideoCounter} screen
 * @param {Ways} ways
 */
function row(screen, ways) {
  const { next } = screen;
  const first = next
    ? `${next.number} · ${
      minutes(next) ? t("waited.minutes", { n: minutes(next) }) : t("waited.short")
    }`
    : t("screens.nobody");
  return el(
    "tr",
    {},
    el(
      "th",
      { scope: "row" },
      el("span", { class: "strong" }, screenName(screen)),
      el("br"),
      el("span", { class: "small soft" }, whose(screen)),
      screen.branch_open
        ? null
        : el("p", {}, el("span", { class: "badge" }, t("screens.branch_closed"))),
    ),
    el("td", {}, state(screen, ways), parked(screen, ways)),
    el("td", { class: "num number" }, String(screen.waiting)),
    el("td", {}, first),
  );
}

/**
 * @param {VideoCounter} screen
 * @param {Ways} ways
 */
function state(screen, { reopen, takeOver, goOn }) {
  const { number } = screen;
  const key = keyOf(screen);
  const small = (/** @type {string} */ label, /** @type {() => unknown} */ press) =>
    button(label, { key: `${key}-do`, press, classes: "button--small" });
  if (screen.state === "free") return el("span", { class: "badge badge--good" }, t("state.free"));
  if (screen.state === "paused") {
    const badge = el("span", { class: "badge" }, t("counter.paused"));
    return el("div", { class: "row" }, badge, small(t("pause.go"), () => goOn(screen)));
  }
  if (screen.state === "closed") {
    const badge = el("span", { class: "badge" }, t("state.closed"));
    return el("div", { class: "row" }, badge, small(t("screens.reopen"), () => reopen(screen)));
  }
  return el(
    "div",
    { class: "row" },
    el("span", { class: "badge badge--waiting" }, t("state.at", { number })),
    small(
      t(isMine(screen) ? "screens.resume" : "screens.takeover", { number }),
      () => takeOver(screen),
    ),
  );
}

/**
 * @param {VideoCounter} screen
 * @param {Ways} ways
 */
function parked(screen, { resume }) {
  if (screen.state !== "free" || !screen.parked.length) return null;
  return el(
    "div",
    { class: "row screens__parked" },
    screen.parked.map(({ id, number }) =>
      button(t("screens.resume", { number }), {
        key: `resume-${id}`,
        press: () => resume(screen, id),
        classes: "button--small",
        icon: "play",
      })
    ),
  );
}
