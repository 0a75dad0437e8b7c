// Today's goals, each with its remaining budget, and the last hour next to the day. Goals' texts
// come from the server.

import { $, el, icon } from "/static/js/page.js";
import { t, tn } from "/static/js/texts.js";
import { stopwatch } from "/static/js/lengths.js";

/** @import { Board, BoardGoal, Spread } from "/static/js/types.d.ts" */
/** @import { Child } from "/static/js/page.js" */
/** @typedef {[string, string | null]} Cell a figure, and the text under it */

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
function goalCard({ lastSeen }, goal) {
  const { standing, stands } = goal;
  return el(
    "article",
    { class: `board-goal board-goal--${standing}` },
    el("h3", {}, goal.name),
    goal.only && el("p", { class: "board-goal__services soft small" }, goal.only),
    ratio(goal),
    gauge(goal),
    el(
      "p",
      { class: "board-goal__verdict strong inline gap-2" },
      icon(lastSeen ? "clock" : ICONS[standing]),
      lastSeen ? t("verdict.then", { time: lastSeen, verdict: stands }) : stands,
    ),
    goal.left && el("p", { class: "board-goal__budget" }, goal.left),
  );
}

/** @param {BoardGoal} goal */
const ratio = ({ figure, part, counted, standing, asked, hour }) =>
  el(
    "div",
    { class: "snug board-goal__figures wrap gap-2" },
    el("p", { class: "number board-goal__share nowrap" }, figure),
    el(
      "p",
      { class: "board-goal__of small" },
      standing !== "none" && [
        el("span", { class: "nowrap" }, [
          part && `${part} `,
          el("span", { class: "board-goal__counted" }, counted),
        ]),
        el("br"),
      ],
      el("span", { class: "nowrap" }, asked),
      hour && el("span", { class: "board-goal__hour" }, ` · ${hour}`),
    ),
  );

/** @param {BoardGoal} goal */
function gauge({ target, gauge: { says, ...shares } }) {
  const drawn = el("div", { class: "board-gauge", role: "img" });
  drawn.setAttribute("aria-label", says);
  drawn.style.setProperty("--target", String(target));
  if (shares.ratio !== null) {
    for (const [name, value] of Object.entries(shares)) {
      drawn.style.setProperty(`--${name}`, String(value));
    }
    drawn.append(
      el("span", { class: "board-gauge__fill" }),
      el("span", { class: "board-gauge__interval" }),
    );
  }
  drawn.append(el("span", { class: "board-gauge__target" }));
  return drawn;
}

/**
 * The table of the last hour and the day.
 * @param {Board} board
 */
export function drawHour(board) {
  const { hour, day } = board;
  /** @param {"issued" | "called" | "completed"} name */
  const count = (name) =>
    row("count", t(`hour.${name}`), [String(hour[name]), null], [
      String(day[name]),
      day.rates[name],
    ]);
  $("#hour").replaceChildren(
    count("issued"),
    ...day.paper
      ? [row("count", t("hour.paper"), [String(hour.paper), null], [String(day.paper), null])]
      : [],
    count("called"),
    count("completed"),
    .../** @type {const} */ (["p50", "p90"]).map((name) =>
      row(
        "figure",
        t(`hour.${name}`),
        wait(hour.waiting_seconds, name),
        wait(day.waiting_seconds, name),
      )
    ),
  );
}

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
  el("span", {
    class: NOTHING_TOLD.test(main) ? "board-cell--none soft small" : "board-cell number",
  }, main),
  " ",
  under && el("span", { class: "board-cell__n soft small" }, under),
];

/**
 * @param {Spread} spread
 * @param {"p50" | "p90"} name
 * @returns {Cell}
 */
function wait({ n, ...spread }, name) {
  if (n === 0) return [t("no_data"), null];
  const seconds = spread[name];
  if (seconds === null) return [t("hour.too_few"), tn("n", n)];
  return [stopwatch(Math.round(seconds)), tn("n", n)];
}
