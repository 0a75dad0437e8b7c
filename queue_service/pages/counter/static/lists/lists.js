// The lists next to the stage: the waiting visits, in the order of their calls, and the visits
// parked here.

import { isHeld } from "/static/js/branch.js";
import { keepText } from "/static/js/ticking.js";
import { $, el } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { stopwatch } from "/static/js/lengths.js";
import { clock } from "/static/js/times.js";
import { call, resume } from "../commands/actions.js";
import { counterName, errandsWords, serviceName, spokenLanguage, teamName } from "../branch.js";
import { draw, onSingleClick } from "../draw.js";
import { isMine, mode, model, waitedSeconds } from "../model.js";
import { needBadges } from "./needs.js";
import { notReached, notReachedLines } from "./not-reached.js";
import { showVisit } from "../stage/visit.js";

/** @import { Visit } from "/static/js/types.d.ts" */
/** @typedef {{ visit: Visit, delayed: boolean, mine: boolean }} Row */

const LONG = 8;

/** @type {string | null} */
let only = null; // the service that is shown alone

/** Draw those who wait: those this counter takes, and those it does not. */
export function drawWaiting() {
  const { waiting } = model;
  const services = [...new Set(waiting.map(({ service }) => service))];
  if (only && !services.includes(only)) only = null;
  const rows = waiting.map((visit) => row(visit));
  const facts = [
    rows,
    only,
    mode() === "free",
    model.counter?.id,
    model.counter?.services,
    notReached(),
  ];
  draw($("#waiting-title"), waiting.length, () => [t("waiting"), " ", count(waiting.length)]);
  draw($("#waiting"), facts, () =>
    [
      ...notReachedLines(),
      waiting.length ? null : el("p", { class: "soft" }, t("waiting.nobody")),
      only || isLong(waiting) ? filters(services) : null,
      lists(rows.filter(({ visit }) => !only || visit.service === only)),
    ].flat());
}

/**
 * Whether one service alone is worth a look: many wait, and several for each of two services.
 * @param {Visit[]} waiting
 */
function isLong(waiting) {
  /** @type {Map<string, number>} */
  const of = new Map();
  for (const { service } of waiting) of.set(service, (of.get(service) ?? 0) + 1);
  return waiting.length >= LONG && [...of.values()].filter((n) => n > 1).length > 1;
}

/**
 * @param {Visit} visit
 * @returns {Row}
 */
const row = (visit) => ({
  visit: { ...visit, waiting_seconds: 0 }, // a change by the clock is no change of the list
  delayed: isHeld(visit),
  mine: isMine(visit),
});

/** @param {number} n */
const count = (n) => el("span", { class: "count soft number" }, String(n));

/** @param {Row[]} rows */
function lists(rows) {
  const mine = rows.filter((one) => one.mine);
  const ready = mine.filter(({ delayed }) => !delayed);
  const later = mine.filter(({ delayed }) => delayed);
  const all = ready.length === rows.length; // then the heading of the whole says the same
  return [
    list(t("waiting.mine"), ready, { ranked: true, all }),
    list(t("waiting.later"), later),
    list(t("waiting.others"), rows.filter((one) => !one.mine), { others: true }),
  ];
}

/**
 * @param {string} label
 * @param {Row[]} rows
 * @param {{ ranked?: boolean, others?: boolean, all?: boolean }} how
 */
function list(label, rows, { ranked = false, others = false, all = false } = {}) {
  if (!rows.length) return null;
  return el(
    "section",
    { class: `lane${others ? " lane--others" : ""}` },
    el(
      "h3",
      { class: all ? "visually-hidden" : "lane__title soft small strong" },
      label,
      " ",
      count(rows.length),
    ),
    el(
      "ol",
      { class: "lane__list", role: "list" },
      rows.map((one, index) => drawRow(one, ranked ? index + 1 : null)),
    ),
  );
}

/**
 * @param {Row} row
 * @param {number | null} rank
 */
function drawRow({ visit, delayed }, rank) {
  return el(
    "li",
    {
      class: `visit-row${rank === 1 && !only ? " visit-row--next" : ""}${
        rank ? "" : " visit-row--plain"
      }`,
    },
    rank && el("span", { class: "visit-row__rank end small number soft" }, String(rank)),
    numberButton(visit),
    el("span", { class: "visit-row__what snug" }, errandsWords(visit), badges(visit, rank)),
    el("span", { class: "visit-row__time end nowrap soft number" }, time(visit, delayed)),
    mode() === "free" ? rowButton(visit, "call", call) : null,
  );
}

/**
 * @param {Visit} visit
 * @param {boolean} delayed
 */
function time(visit, delayed) {
  if (delayed) return t("held", { time: clock(visit.held_until ?? 0) });
  const { id } = visit;
  return keepText(el("span"), () => {
    const now = model.waiting.find((one) => one.id === id);
    return now ? minutesWaited(now) : "";
  });
}

/**
 * @param {Visit} visit
 * @param {number | null} rank
 */
function badges(visit, rank) {
  const badge = (/** @type {string} */ text, classes = "") =>
    el("span", { class: `badge ${classes}` }, text);
  return el(
    "span",
    { class: "visit-row__badges" },
    rank === 1 && !only ? badge(t("upnext"), "badge--good") : null,
    visit.priority === "high" ? badge(whyFirst(visit), "badge--warn") : null,
    visit.booked_for
      ? badge(t(visit.came_late ? "booked.late" : "booked", { time: clock(visit.booked_for) }))
      : null,
    needBadges(visit),
    languageMark(visit),
    visit.for_counter || visit.for_team ? badge(bound(visit)) : null,
  );
}

/**
 * The mark of a visit with priority, and the reason.
 * @param {Visit} visit
 */
const whyFirst = ({ priority_reason: reason }) =>
  reason ? `${t("first")}: ${t(`reason.${reason}`)}` : t("first");

/**
 * For whom alone a visit waits.
 * @param {Visit} visit
 */
function bound(visit) {
  const { for_counter: counter, for_team: team } = visit;
  if (isMine(visit)) return t(team ? "bound.ours" : "bound.mine");
  return team
    ? t("bound.team", { team: teamName(team) })
    : t("bound", { counter: counterName(counter) });
}

/**
 * In short, and in full for those who hear it or point at it.
 * @param {Visit} visit
 */
function languageMark(visit) {
  const words = spokenLanguage(visit);
  if (!words) return null;
  const short = el("span", { "aria-hidden": "true" }, visit.language.toUpperCase());
  const full = el("span", { class: "visually-hidden" }, words);
  return el("span", { class: "badge visit-row__language", title: words }, short, full);
}

/** @param {string[]} services */
function filters(services) {
  const waitingFor = (/** @type {string} */ id) =>
    model.waiting.filter(({ service }) => service === id).length;
  const chip = (
    /** @type {string | null} */ id,
    /** @type {string} */ label,
    /** @type {number} */ n,
  ) =>
    el(
      "button",
      {
        type: "button",
        class: "button button--small chip",
        dataset: { key: `only-${id}` },
        "aria-pressed": String(only === id),
        on: { click: () => show(id) },
      },
      label,
      " ",
      count(n),
    );
  return el(
    "div",
    { class: "chips", role: "group", "aria-label": t("filter") },
    chip(null, t("filter.all"), model.waiting.length),
    services.map((id) => chip(id, serviceName(id), waitingFor(id))),
  );
}

/** @param {string | null} id */
function show(id) {
  only = id;
  drawWaiting();
}

/**
 * In whole minutes, "12 min".
 * @param {Visit} visit
 */
function minutesWaited(visit) {
  const minutes = Math.floor(waitedSeconds(visit) / 60);
  return minutes ? t("waited.minutes", { n: minutes }) : t("waited.short");
}

/** Draw the visits parked at this counter, to go on with when it is free; nothing if none are. */
export function drawParked() {
  const parked = model.counter?.parked ?? [];
  $("#parked").hidden = parked.length === 0;
  draw($("#parked"), [parked, mode() === "free"], () => [
    el("h2", { id: "parked-title" }, t("parked")),
    el("ul", { class: "lane__list", role: "list" }, parked.map((visit) => drawParkedRow(visit))),
  ]);
}

/**
 * @param {Visit} visit
 * @param {string} [where] the counter, where it is another
 */
export function drawParkedRow(visit, where = "") {
  const handled = visit.inquiries.at(-1)?.handled_before_seconds ?? 0;
  return el(
    "li",
    { class: "visit-row visit-row--plain" },
    numberButton(visit),
    el(
      "span",
      { class: "visit-row__what snug" },
      serviceName(visit.service),
      where && el("span", { class: "visit-row__badges" }, el("span", { class: "badge" }, where)),
    ),
    el(
      "span",
      { class: "visit-row__time end nowrap soft number" },
      t("parked.after", { time: stopwatch(handled) }),
    ),
    mode() === "free" ? rowButton(visit, "resume", resume) : null,
  );
}

/**
 * The number, as the button that shows everything about the visit.
 * @param {Visit} visit
 */
const numberButton = (visit) =>
  el(
    "button",
    {
      type: "button",
      class: "visit-row__open large",
      dataset: { key: `open-${visit.id}` },
      "aria-label": t("details", { number: visit.number }),
      on: { click: ({ detail }) => showVisit(visit, detail > 0) },
    },
    el("span", { class: "number" }, visit.number),
  );

/**
 * The button at the end of a row.
 * @param {Visit} visit
 * @param {string} action its name among the texts ("call") and, with the number, for those who hear
 *   it ("call.number")
 * @param {(visit: Visit) => unknown} press
 */
const rowButton = (visit, action, press) =>
  el(
    "button",
    {
      type: "button",
      class: "button button--small visit-row__call",
      dataset: { key: `${action}-${visit.id}` },
      "aria-label": t(`${action}.number`, { number: visit.number }),
      on: { click: onSingleClick(() => press(visit)) },
    },
    t(action),
  );
