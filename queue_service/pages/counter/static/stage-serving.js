// The stage while somebody is served: the running time against the goal, and how it ended.

import { el, icon } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { stopwatch, t } from "/static/js/texts.js";
import { keep, keepText } from "/static/js/ticking.js";
import { complete, completeAndCall, park, proceed, transfer } from "./actions.js";
import { goalSeconds, serviceName } from "./branch.js";
import { button } from "./draw.js";
import { OUTCOMES } from "./questions.js";
import { group, numberHeading, serviceLine } from "./stage-parts.js";

const SOON = 0.8; // of the goal

/** What the stage shows of a visit being served, for telling whether it changed. */
export const servingFacts = (visit) => ({ visit, goal: goalSeconds(visit.service) });

/** Draw it. */
export const drawServing = ({ visit, goal }) => ({
  top: [
    el(
      "header",
      { class: "ticket ticket--serving" },
      el("p", { class: "ticket__state" }, stateWords(visit)),
      numberHeading(visit),
      serviceLine(visit),
      runningTime(visit.inquiries.at(-1), goal),
    ),
    earlier(visit.inquiries.slice(0, -1)),
    outcomes(),
  ],
  rest: group(t("group.else"), [
    button(t("continue"), { key: "continue", press: proceed, shortcut: "C", sign: "plus" }),
    button(t("transfer"), { key: "transfer", press: transfer, shortcut: "T", sign: "transfer" }),
    button(t("park"), { key: "park", press: park, shortcut: "P", sign: "pause" }),
  ]),
});

function stateWords(visit) {
  if (visit.channel === "phone") return t("serving.phone");
  return t(visit.called_at ? "serving" : "serving.walkin");
}

/** How long the inquiry has been handled so far, in seconds; parked time does not count. */
export const handledSeconds = (inquiry) =>
  inquiry.handled_before_seconds +
  (inquiry.running_since ? serverClock.secondsSince(inquiry.running_since) : 0);

function runningTime(inquiry, goal) {
  const time = el("span", { class: "time__now number" });
  keepText(time, () => stopwatch(handledSeconds(inquiry)));
  if (!goal) return el("div", { class: "time" }, time);
  const words = el("p", { class: "time__words" });
  const part = el("div", { class: "time__bar", "aria-hidden": "true" }, el("span"));
  const box = el("div", { class: "time", dataset: { pace: "good" } });
  box.append(el("p", { class: "time__line" }, time, " ", words), part);
  return keep(box, () => showPace(box, words, part, handledSeconds(inquiry) / goal, goal));
}

function showPace(box, words, part, share, goal) {
  box.dataset.pace = share >= 1 ? "over" : share >= SOON ? "soon" : "good";
  const said = { good: "time.of", soon: "time.soon", over: "time.over" }[box.dataset.pace];
  const text = t(said, { goal: stopwatch(goal) });
  if (words.textContent !== text) words.textContent = text;
  part.style.setProperty("--part", Math.min(1, share));
}

function earlier(inquiries) {
  if (!inquiries.length) return null;
  const line = ({ service, outcome, handling_seconds: seconds }) =>
    el(
      "li",
      {},
      icon("check"),
      ` ${serviceName(service)}: ${t(`outcome.${outcome}`)} `,
      el("span", { class: "number soft" }, stopwatch(seconds)),
    );
  return el(
    "section",
    { class: "earlier" },
    el("h2", { class: "stage__heading" }, t("earlier")),
    el("ul", { role: "list" }, inquiries.map(line)),
  );
}

const doneAndNext = () =>
  button(t("done.next"), {
    key: "done-next",
    press: completeAndCall,
    shortcut: "Shift+Space",
    shown: t("help.shift_space"),
    look: "stage__go stage__go--second",
    sign: "bell",
  });

function outcomes() {
  const one = (outcome, index) =>
    button(t(`outcome.${outcome}`), {
      key: outcome,
      press: () => complete(outcome),
      shortcut: String(index + 1),
      look: index ? "outcome" : "button--primary stage__go outcome--first",
      sign: index ? null : "check",
    });
  const [first, ...others] = OUTCOMES.map(one);
  return el(
    "section",
    { class: "outcomes", "aria-labelledby": "outcomes-title" },
    el("h2", { id: "outcomes-title", class: "stage__heading" }, t("ended.how")),
    el("div", { class: "stage__act stage__act--two" }, first, doneAndNext()),
    el("div", { class: "outcomes__others" }, others),
  );
}
