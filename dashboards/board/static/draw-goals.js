// Today's goals, each with what it has left, and the last hour against the day.

import { $, el, icon } from "/static/js/page.js";
import { locale, t, tn } from "/static/js/texts.js";
import { stopwatch } from "/static/js/times.js";
import { budgetWords, goalName, partOf, percent, serviceName, verdictOf } from "./wording.js";

/** @import { Board, BoardGoal, Share, Spread } from "/static/js/types.d.ts" */
/** @import { Child } from "/static/js/page.js" */
/** @typedef {[string, string | null]} Cell a figure, and what stands under it */

/** @type {Record<string, string>} */
const ICONS = {
  none: "minus",
  few: "question",
  met: "check",
  missed: "cross",
  above: "arrow-up",
  below: "arrow-down",
};

/**
 * The goals, or that there are none.
 * @param {Board} board
 */
export function drawGoals(board) {
  const goals = board.goals.map((goal) => goalCard(board, goal));
  $("#goals").replaceChildren(...(goals.length ? goals : [el("p", {}, t("goal.none"))]));
}

/**
 * @param {Board} board
 * @param {BoardGoal} goal
 */
function goalCard(board, goal) {
  const verdict = verdictOf(goal);
  const stands = t(`verdict.${verdict}`);
  const words = budgetWords(goal);
  return el(
    "article",
    { class: `board-goal board-goal--${verdict}` },
    el("h3", {}, goalName(goal)),
    goal.services && el("p", { class: "board-goal__services" }, onlyFor(board, goal.services)),
    ratio(goal),
    gauge(goal),
    el(
      "p",
      { class: "board-goal__verdict" },
      icon(board.seen ? "clock" : ICONS[verdict]),
      board.seen ? t("verdict.then", { time: board.seen, verdict: stands }) : stands,
    ),
    words && el("p", { class: "board-goal__budget" }, words),
  );
}

/**
 * @param {Board} board
 * @param {string[]} services
 */
const onlyFor = (board, services) =>
  t("goal.services", { services: services.map((id) => serviceName(board, id)).join(", ") });

/** @param {BoardGoal} goal */
function ratio(goal) {
  const { judged, within, ratio: share } = goal.today;
  // A share of few would only sound exact: the counts say more.
  const figure = goal.few ? partOf(within, judged) : judged ? percent(share) : "–";
  return el(
    "div",
    { class: "board-goal__ratio" },
    el("p", { class: "number board-goal__share" }, figure),
    el(
      "p",
      { class: "board-goal__n" },
      goal.few ? [t(counted(goal)), el("br")] : judged
        ? [
          el("span", { class: "board-goal__part" }, partOf(within, judged)),
          el("br"),
          t(counted(goal)),
          el("br"),
        ]
        : null,
      t("goal.target", { target: percent(goal.target) }),
    ),
  );
}

/** @param {BoardGoal} goal */
function gauge(goal) {
  const { judged, within, ratio: share, low, high } = goal.today;
  const target = percent(goal.target);
  const drawn = el("div", { class: "board-gauge", role: "img" });
  drawn.style.setProperty("--target", String(goal.target));
  if (judged === 0 || goal.few) {
    const none = `${t("goal.no_data")}. ${t("goal.target", { target })}.`;
    drawn.setAttribute(
      "aria-label",
      goal.few ? t("goal.gauge.few", { within, judged, target }) : none,
    );
    drawn.append(el("span", { class: "board-gauge__target" }));
    return drawn;
  }
  const values = { ratio: percent(share), within, judged, target };
  const interval = t("goal.gauge.interval", { low: percent(low), high: percent(high) });
  drawn.setAttribute("aria-label", `${t("goal.gauge", values)} ${interval}`);
  for (const [name, value] of Object.entries({ ratio: share, low, high })) {
    drawn.style.setProperty(`--${name}`, String(value));
  }
  drawn.append(
    el("span", { class: "board-gauge__fill" }),
    el("span", { class: "board-gauge__interval" }),
    el("span", { class: "board-gauge__target" }),
  );
  return drawn;
}

/**
 * The table of the last hour and the day.
 * @param {Board} board
 */
export function drawHour(board) {
  const { hour, day, goals } = board;
  $("#hour").replaceChildren(
    .../** @type {const} */ (["issued", "called", "completed"]).map((name) =>
      row("count", t(`hour.${name}`), [String(hour[name]), null], [
        String(day[name]),
        rate(day[name], day.hours),
      ])
    ),
    .../** @type {const} */ (["p50", "p90"]).map((name) =>
      row(
        "figure",
        t(`hour.${name}`),
        wait(hour.waiting_seconds, name),
        wait(day.waiting_seconds, name),
      )
    ),
    ...goals.map((goal) =>
      row(
        "figure",
        goalHeading(goal),
        share(goal.hour, board.fewest),
        share(goal.today, board.fewest),
      )
    ),
  );
}

/**
 * What is counted differs: a visit may hold several inquiries, and waits once.
 * @param {BoardGoal} goal
 */
const counted = (
  { indicator },
) => (indicator === "waiting_time_within" ? "goal.visits" : "goal.inquiries");

/** @param {BoardGoal} goal */
const goalHeading = (
  goal,
) => [goalName(goal), el("span", { class: "visually-hidden" }, ` (${t(counted(goal))})`)];

/**
 * @param {string} kind
 * @param {Child | Child[]} name
 * @param {...Cell} cells
 */
const row = (kind, name, ...cells) =>
  el(
    "tr",
    { class: `board-hour__${kind}` },
    el("th", { scope: "row" }, name),
    cells.map((cell) => el("td", { class: "num" }, contentOf(cell))),
  );

const NOTHING_TOLD = /^\D/; // words where there is no figure: not in a figure's size

/** @param {Cell} cell */
const contentOf = ([main, under]) => [
  el("span", { class: NOTHING_TOLD.test(main) ? "board-cell--none" : "board-cell number" }, main),
  " ",
  under && el("span", { class: "board-cell__n" }, under),
];

/**
 * @param {number} count
 * @param {number | null} hours
 */
function rate(count, hours) {
  if (hours === null || count === 0) return null;
  const each = count / hours;
  const digits = each < 10 ? 1 : 0; // "0 an hour" beside seven issued would be nonsense
  const exact = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const n = new Intl.NumberFormat(locale(), exact).format(each);
  return t("hour.rate", { n });
}

/**
 * @param {Spread} spread
 * @param {"p50" | "p90"} name
 * @returns {Cell}
 */
function wait({ n, ...spread }, name) {
  if (n === 0) return [t("no_data"), null];
  const seconds = spread[name];
  if (seconds === null) return [t("hour.too_few", { n: tn("n", n) }), null];
  return [stopwatch(Math.ceil(seconds)), tn("n", n)];
}

/**
 * A share of too few would only sound exact: there the counts say more.
 * @param {Share} share
 * @param {number} fewest
 * @returns {Cell}
 */
function share({ judged, within, ratio: value }, fewest) {
  if (judged === 0) return [t("no_data"), null];
  return judged < fewest
    ? [partOf(within, judged), null]
    : [percent(value), partOf(within, judged)];
}
