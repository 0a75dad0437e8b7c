// Today's goals, each with what it has left, and the last hour against the day.

import { $, el, icon } from "/static/js/page.js";
import { locale, stopwatch, t, tn } from "/static/js/texts.js";
import { budgetWords, goalName, partOf, percent, serviceName, verdictOf } from "./words.js";

const ICONS = {
  none: "minus",
  few: "question",
  met: "check",
  missed: "cross",
  above: "arrow-up",
  below: "arrow-down",
};

/** The goals, or that there are none. */
export function drawGoals(board) {
  const goals = board.goals.map((goal) => goalCard(board, goal));
  $("#goals").replaceChildren(...(goals.length ? goals : [el("p", {}, t("goal.none"))]));
}

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

const onlyFor = (board, services) =>
  t("goal.services", { services: services.map((id) => serviceName(board, id)).join(", ") });

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

function gauge(goal) {
  const { judged, within, ratio: share, low, high } = goal.today;
  const target = percent(goal.target);
  const drawn = el("div", { class: "board-gauge", role: "img" });
  drawn.style.setProperty("--target", goal.target);
  if (judged === 0 || goal.few) {
    const none = `${t("goal.no_data")}. ${t("goal.target", { target })}.`;
    drawn.setAttribute(
      "aria-label",
      goal.few ? t("goal.gauge.few", { within, judged, target }) : none,
    );
    drawn.append(el("span", { class: "board-gauge__target" }));
    return drawn;
  }
  const told = { ratio: percent(share), within, judged, target };
  const interval = t("goal.gauge.interval", { low: percent(low), high: percent(high) });
  drawn.setAttribute("aria-label", `${t("goal.gauge", told)} ${interval}`);
  for (const [name, value] of Object.entries({ ratio: share, low, high })) {
    drawn.style.setProperty(`--${name}`, value);
  }
  drawn.append(
    el("span", { class: "board-gauge__fill" }),
    el("span", { class: "board-gauge__interval" }),
    el("span", { class: "board-gauge__target" }),
  );
  return drawn;
}

/** The table of the last hour and the day. */
export function drawHour(board) {
  const { hour, day, goals } = board;
  $("#hour").replaceChildren(
    ...["issued", "called", "completed"].map((name) =>
      row("count", t(`hour.${name}`), [String(hour[name]), null], [
        String(day[name]),
        rate(day[name], day.hours),
      ])
    ),
    ...["p50", "p90"].map((name) =>
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

// What is counted differs: a visit may hold several inquiries, and waits once.
const counted = (
  { indicator },
) => (indicator === "waiting_time_within" ? "goal.visits" : "goal.inquiries");

const goalHeading = (
  goal,
) => [goalName(goal), el("span", { class: "visually-hidden" }, ` (${t(counted(goal))})`)];

const row = (kind, name, ...cells) =>
  el(
    "tr",
    { class: `board-hour__${kind}` },
    el("th", { scope: "row" }, name),
    cells.map((cell) => el("td", { class: "num" }, told(cell))),
  );

const NOTHING_TOLD = /^\D/; // words where there is no figure: not in a figure's size

const told = ([main, under]) => [
  el("span", { class: NOTHING_TOLD.test(main) ? "board-cell--none" : "board-cell number" }, main),
  " ",
  under && el("span", { class: "board-cell__n" }, under),
];

function rate(count, hours) {
  if (hours === null || count === 0) return null;
  const each = count / hours;
  const digits = each < 10 ? 1 : 0; // "0 an hour" beside seven issued would be nonsense
  const exact = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const n = new Intl.NumberFormat(locale(), exact).format(each);
  return t("hour.rate", { n });
}

function wait({ n, ...spread }, name) {
  if (n === 0) return [t("no_data"), null];
  if (spread[name] === null) return [t("hour.too_few", { n: tn("n", n) }), null];
  return [stopwatch(Math.ceil(spread[name])), tn("n", n)];
}

// A share of too few would only sound exact: there the counts say more.
function share({ judged, within, ratio: value }, fewest) {
  if (judged === 0) return [t("no_data"), null];
  return judged < fewest
    ? [partOf(within, judged), null]
    : [percent(value), partOf(within, judged)];
}
