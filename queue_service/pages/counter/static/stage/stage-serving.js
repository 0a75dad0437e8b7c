// The stage while somebody is served: the running time against the goal, and how it ended.

import { serverClock } from "/static/js/server-clock.js";
import { keep, keepText } from "/static/js/ticking.js";
import { el, icon, setText } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { stopwatch } from "/static/js/lengths.js";
import {
  bringBack,
  complete,
  completeAll,
  completeAndCall,
  park,
  proceed,
} from "../commands/actions.js";
import { goalSeconds, nextErrand, OUTCOMES, serviceName } from "../branch.js";
import { button } from "../draw.js";
import { started } from "../news.js";
import { pauseWhere, plannedPause } from "../pauses.js";
import { askSpecialist } from "../specialists/specialist.js";
import { needLine } from "../lists/needs.js";
import { errandsLine, group, numberHeading, serviceLine, transferButton } from "./stage-parts.js";
import { undoCommand } from "../commands/undo.js";

/** @import { Inquiry, Visit } from "/static/js/types.d.ts" */
/** @import { Child } from "/static/js/page.js" */
/** @import { Drawing } from "./stage.js" */

const SOON = 0.8; // of the goal

/**
 * @param {Visit} visit
 * @returns {Drawing}
 */
export function drawServing(visit) {
  const goal = goalSeconds(visit.service);
  const undo = started() && { command: undoCommand("visit") };
  return {
    facts: { visit, goal, undo },
    make: () => ({ top: top(visit, goal, undo), rest: rest() }),
  };
}

/**
 * @param {Visit} visit
 * @param {number | null} goal
 * @param {{ command?: "undo" } | null} undo whether the start can be taken back, and by which key
 * @returns {Child[]}
 */
const top = (visit, goal, undo) => [
  el(
    "header",
    { class: "ticket ticket--serving" },
    el(
      "div",
      { class: "ticket__state row row--apart" },
      el("p", { class: "strong" }, stateWords(visit)),
      undo && startUndo(undo),
    ),
    numberHeading(visit),
    serviceLine(visit),
    errandsLine(visit),
    needLine(visit),
    runningTime(visit.inquiries[visit.inquiries.length - 1], goal),
  ),
  earlier(visit.inquiries.slice(0, -1)),
  outcomes(nextErrand(visit)),
  plannedPause(),
];

const rest = () =>
  group(t("group.else"), [
    button(t("continue"), { key: "continue", press: proceed, command: "one_more", icon: "plus" }),
    transferButton(),
    button(t("park"), { key: "park", press: park, command: "park", icon: "park" }),
    button(t("specialist"), {
      key: "specialist",
      press: askSpecialist,
      command: "ask_specialist",
      icon: "phone",
    }),
    ...pauseWhere(),
  ]);

/**
 * In the line of another text, so that nothing moves when it goes.
 * @param {{ command?: "undo" }} undo
 */
const startUndo = ({ command }) =>
  button(t("undo.start"), {
    key: "undo-start",
    press: bringBack,
    command,
    classes: "button--small button--quiet ticket__correct",
    icon: "undo",
  });

/** @param {Visit} visit */
function stateWords(visit) {
  if (visit.channel === "phone") return t("serving.phone");
  return t(visit.called_at ? "serving" : "serving.walkin");
}

/**
 * How long the inquiry has been handled so far, in seconds; parked time does not count.
 * @param {Inquiry} inquiry
 */
const handledSeconds = (inquiry) =>
  inquiry.handled_before_seconds +
  (inquiry.running_since ? serverClock.secondsSince(inquiry.running_since) : 0);

/**
 * @param {Inquiry} inquiry
 * @param {number | null} goal
 */
function runningTime(inquiry, goal) {
  const time = el("span", { class: "time__now number" });
  keepText(time, () => stopwatch(handledSeconds(inquiry)));
  if (!goal) return el("div", { class: "time" }, time);
  const words = el("p", { class: "time__words" });
  const part = el("div", { class: "time__bar", "aria-hidden": "true" }, el("span"));
  const box = el("div", { class: "time", dataset: { pace: "good" } });
  box.append(el("p", { class: "time__line row" }, time, " ", words), part);
  return keep(box, () => showPace(box, words, part, handledSeconds(inquiry) / goal, goal));
}

/**
 * @param {HTMLElement} box
 * @param {HTMLElement} words
 * @param {HTMLElement} part
 * @param {number} share
 * @param {number} goal
 */
function showPace(box, words, part, share, goal) {
  const pace = share >= 1 ? "over" : share >= SOON ? "soon" : "good";
  box.dataset.pace = pace;
  const key = { good: "time.of", soon: "time.soon", over: "time.over" }[pace];
  setText(words, t(key, { goal: stopwatch(goal) }));
  part.style.setProperty("--part", String(Math.min(1, share)));
}

/** @param {Inquiry[]} inquiries */
function earlier(inquiries) {
  if (!inquiries.length) return null;
  const line = (/** @type {Inquiry} */ { service, outcome, handling_seconds: seconds }) =>
    el(
      "li",
      {},
      icon("check"),
      ` ${serviceName(service)}: ${t(`outcome.${outcome}`)} `,
      el("span", { class: "number soft" }, stopwatch(seconds ?? 0)),
    );
  return el(
    "section",
    { class: "earlier" },
    el("h2", { class: "stage__heading soft strong" }, t("earlier")),
    el("ul", { role: "list" }, inquiries.map(line)),
  );
}

const doneAndNext = () =>
  button(t("done.next"), {
    key: "done-next",
    press: completeAndCall,
    command: "done_and_next",
    classes: "stage__go stage__go--second",
    icon: "bell",
  });

/** Of a visit with further errands: it ends all the same. */
const doneWithAll = () =>
  button(t("errand.end"), {
    key: "done-all",
    press: completeAll,
    classes: "stage__go stage__go--second",
    icon: "door",
  });

/** @param {string | null} next the service of the next errand of the visit */
function outcomes(next) {
  const resolved = next && t("errand.next", { service: serviceName(next) });
  const one = (/** @type {string} */ outcome, /** @type {number} */ index) =>
    button(index === 0 && resolved || t(`outcome.${outcome}`), {
      key: outcome,
      press: () => complete(outcome),
      keys: [String(index + 1), String(index + 1)],
      classes: index ? "outcome" : "button--primary stage__go outcome--first",
      icon: index ? null : "check",
    });
  const [first, ...others] = OUTCOMES.map(one);
  return el(
    "section",
    { class: "outcomes", "aria-labelledby": "outcomes-title" },
    el("h2", { id: "outcomes-title", class: "stage__heading soft strong" }, t("ended.how")),
    el(
      "div",
      { class: "stage__act stage__act--two grid gap-3" },
      first,
      next ? doneWithAll() : doneAndNext(),
    ),
    el("div", { class: "outcomes__others" }, others),
  );
}
