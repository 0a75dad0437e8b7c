// Giving a number: the service, what the citizen needs, which counter, and whether they come before others.

import { isHeld } from "/static/js/branch.js";
import { asApiError, get } from "/static/js/api.js";
import { afterClosing, isCarriedOver } from "/static/js/interventions.js";
import { $, announce, el, find, icon, setText } from "/static/js/page.js";
import { languageName, listedErrands } from "/static/js/languages.js";
import { serverClock } from "/static/js/server-clock.js";
import { language, t, tn } from "/static/js/texts.js";
import { clock } from "/static/js/times.js";
import { peopleAhead, shownAhead } from "/static/js/people-ahead.js";
import { printSlip } from "/static/pages/kiosk/slip/slip.js";
import { waitRange } from "/static/pages/kiosk/ticket/waiting.js";
import {
  counterName,
  forgetLost,
  isAccessible,
  isSaid,
  isStopped,
  isTaken,
  model,
  openCounters,
  REASONS,
  send,
  serviceName,
  services,
  takes,
} from "./model.js";
import { button, draw, needBadges, needButtons, note } from "./parts.js";

/** @import { Need, PriorityReason, Visit } from "/static/js/types.d.ts" */
/**
 * The order that is being put together. `counter` is "" for any, `language` for the branch's first;
 * `own`: it was chosen by hand. `visit` is the issued visit, as it was then, which the slip shows
 * with its time; `now` is the current one.
 * @typedef {{
 *   service: string | null,
 *   needs: Need[],
 *   counter: string,
 *   own: boolean,
 *   reason: PriorityReason | "",
 *   language: string,
 *   visit: Visit | null,
 *   now: Visit | null,
 *   news: string,
 * }} Order
 */

/** @returns {Order} */
const nothing = () => ({
  service: null,
  needs: [],
  counter: "",
  own: false,
  reason: "",
  language: "",
  visit: null,
  now: null,
  news: "",
});

let order = nothing();
let redraw = () => {};
let refresh = () => {};

/**
 * @param {{ draw: () => void, refresh: () => void }} page what draws it, and what fetches the waiting visits
 */
export function begin(page) {
  redraw = page.draw;
  refresh = page.refresh;
}

/**
 * Change what is being put together.
 * @param {Partial<Order>} change
 */
function set(change) {
  order = { ...order, ...change };
  if (!order.own) order.counter = proposed();
  model.trouble = "";
  redraw();
}

/** The counter that is proposed: an accessible one if it is needed, where there is any. */
function proposed() {
  if (!order.needs.includes("accessible_counter")) return "";
  const fit = openCounters().filter(({ accessible }) => accessible);
  const able = fit.find((counter) => takes(counter, order.service ?? ""));
  return able?.id ?? "";
}

/** Draw the step that is due. */
export function drawNumber() {
  const { visit, now } = order;
  if (visit && now) return drawGiven(visit, now);
  const counters = openCounters();
  const taken = services().map(({ id }) => [id, isTaken(id), isStopped(id)]);
  const facts = ["number", order, model.state?.open, counters, taken, services()];
  draw("#give", facts, () => order.service === null ? chooseService() : ask(order.service));
}

function chooseService() {
  return [
    order.news && note(order.news, "seen"),
    el("h2", { class: "give__title" }, t("choose")),
    model.state && !model.state.open && el("p", { class: "soft" }, t("choose.closed")),
    el(
      "ul",
      { class: "cards services", role: "list" },
      services().map(({ id }) =>
        el(
          "li",
          {},
          button(
            el(
              "span",
              {},
              serviceName(id),
              isStopped(id) ? el("small", { class: "soft" }, t("stopped")) : "",
              isTaken(id) ? "" : el("small", { class: "soft" }, t("untaken")),
            ),
            `service-${id}`,
            () => set({ service: id, news: "" }),
            { classes: "services__one" },
          ),
        )
      ),
    ),
  ];
}

/** @param {string} service */
function ask(service) {
  return [
    el(
      "div",
      { class: "row row--apart" },
      el("h2", { class: "give__title", tabindex: "-1" }, serviceName(service)),
      button(t("choose.other"), "other", another, {
        classes: "button--small button--quiet",
        symbol: "undo",
      }),
    ),
    el(
      "section",
      { class: "stack gap-2" },
      el(
        "p",
        { class: "row row--apart" },
        el("span", { class: "strong" }, t("needs")),
        el("span", { class: "soft small" }, t("needs.who")),
      ),
      needButtons(order.needs, (needs) => set({ needs }), "need"),
      advice(),
    ),
    el(
      "div",
      { class: "grid give__choices" },
      counterField(service),
      reasonField(),
      languageField(),
    ),
    button(t("give"), "give", give, {
      classes: "button--primary button--large button--wide give__go",
      symbol: "ticket",
    }),
  ];
}

function another() {
  forgetLost("/visits");
  set(nothing());
}

/** The effect of an accessible counter, shown before the number is given. */
function advice() {
  if (!order.needs.includes("accessible_counter")) return null;
  const counter = counterName(order.counter);
  if (order.counter && isAccessible(order.counter)) {
    return order.own ? null : note(t("counter.proposed", { counter }), "good", "check");
  }
  if (!isSaid()) return note(t("counter.unsaid"), "warn");
  return note(order.counter ? t("counter.unfit", { counter }) : t("counter.none"), "warn");
}

/** @param {string} service */
function counterField(service) {
  const name = (/** @type {import("/static/js/types.d.ts").CounterConfig} */ counter) => {
    const said = { counter: counterName(counter.id) };
    if (!takes(counter, service)) return t("counter.other", said);
    return counter.accessible ? t("counter.accessible", said) : said.counter;
  };
  return choice("counter", t("counter"), order.counter, [
    ["", t("counter.any")],
    .../** @type {[string, string][]} */ (openCounters().map((one) => [one.id, name(one)])),
  ], (counter) => set({ counter, own: true }));
}

function reasonField() {
  const minutes = Math.round(model.branch.priority_head_start_seconds / 60);
  const field = choice("reason", t("priority"), order.reason, [
    ["", t("priority.no")],
    .../** @type {[string, string][]} */ (REASONS.map((one) => [one, t(`reason.${one}`)])),
  ], (reason) => set({ reason: /** @type {PriorityReason | ""} */ (reason) }));
  if (order.reason) {
    const how = t("priority.note", { minutes: tn("minutes", minutes) });
    field.append(el("p", { class: "field__hint" }, how));
  }
  return field;
}

/** In which language the number is called, where the branch has several. */
function languageField() {
  const [first, ...others] = model.branch.languages;
  if (!others.length) return null;
  const name = (/** @type {string} */ code) => languageName(code, language()) ?? code;
  return choice("language", t("language"), order.language, [
    ["", name(first)],
    .../** @type {[string, string][]} */ (others.map((code) => [code, name(code)])),
  ], (code) => set({ language: code }));
}

/**
 * @param {string} id
 * @param {string} label
 * @param {string} value
 * @param {[string, string][]} options
 * @param {(value: string) => void} change
 */
const choice = (id, label, value, options, change) =>
  el(
    "div",
    { class: "field" },
    el("label", { for: id }, label),
    el(
      "select",
      {
        id,
        class: "input",
        dataset: { key: id },
        on: {
          change: (/** @type {Event} */ event) =>
            change(/** @type {HTMLSelectElement} */ (event.target).value),
        },
      },
      options.map(([one, text]) => el("option", { value: one, selected: one === value }, text)),
    ),
  );

async function give() {
  const { service, needs, counter, reason, language: called } = order;
  const visit = await send("/visits", {
    service,
    channel: "desk",
    follow: true,
    ...(needs.length ? { needs } : {}),
    ...(counter ? { counter } : {}),
    ...(reason ? { priority_reason: reason } : {}),
    ...(called ? { language: called } : {}),
  }, t("lost"));
  if (visit) {
    order = { ...nothing(), visit, now: visit };
    announce(`${t("given")}: ${visit.number}`);
  }
  redraw();
  refresh();
  if (visit) find("#give [data-key=next]")?.focus({ preventScroll: true });
}

/**
 * Fetch the state of the shown number. A number that is no longer kept is shown no more.
 * @throws {import("/static/js/api.js").ApiError}
 */
export async function renewGiven() {
  const shown = order.visit;
  if (!shown) return;
  try {
    const now = /** @type {Visit} */ (await get(`/visits/${shown.id}`, { retry: false }));
    if (order.visit !== shown) return;
    if (isCalled(now) && order.now && !isCalled(order.now)) {
      announce(`${now.number}: ${calledTo(now)}`);
    }
    order.now = now;
  } catch (thrown) {
    if (asApiError(thrown).code !== "visit_not_found") throw thrown;
    if (order.visit === shown) order = nothing();
  }
}

/** @param {Visit} visit */
const isCalled = ({ state, counter }) =>
  counter !== null && (state === "called" || state === "serving");

/** @param {Visit} visit */
const calledTo = ({ counter, state }) =>
  t(state === "serving" ? "serving" : "called", { counter: counterName(counter) });

/**
 * The state of a number, in sentences.
 * @param {Visit} now
 */
function standing(now) {
  if (isCalled(now)) return [calledTo(now)];
  if (now.state !== "waiting") return [t("gone", { number: now.number })];
  const kept = keptNumber();
  if (kept === "carried" || kept === "staff") return [t(`closed.${kept}`)];
  return [
    ...(model.lost ? [] : place(now)), // an old place would be shown as the current one
    isTaken(now.service) ? null : t("ticket.untaken"),
    kept && t(`closed.${kept}`),
  ].filter(Boolean);
}

/** @param {Visit} now */
const place = (now) =>
  isHeld(now) ? [t("held", { time: clock(now.held_until ?? "") })] : [
    peopleAhead("ahead", shownAhead(now, isTaken(now.service))),
    now.bookings_ahead ? t("ticket.coming", { n: now.bookings_ahead }) : null,
    waitRange(now.estimated_wait_seconds),
  ];

/** The fate of numbers after closing, as kiosks say it; null while it is open. */
function keptNumber() {
  const { state } = model;
  const now = serverClock.now();
  if (!state || (state.open && !isCarriedOver(state, now))) return null;
  return afterClosing(state, now);
}

/**
 * @param {Visit} visit
 * @param {Visit} now
 */
function drawGiven(visit, now) {
  const { state, service, needs, for_counter: bound } = now;
  const lines = standing(now);
  const facts = ["given", visit.id, state, service, needs, bound, lines];
  draw("#give", facts, () => given(visit, now, lines));
}

/**
 * @param {Visit} visit
 * @param {Visit} now
 * @param {(string | null)[]} lines
 */
function given(visit, now, lines) {
  const waits = now.state === "waiting";
  const bound = waits && now.for_counter;
  return [
    el(
      "div",
      { class: "given stack gap-2" },
      el("p", { class: "given__label" }, t("given")),
      el("p", { class: "given__number number" }, now.number),
      el("p", { class: "given__service strong" }, serviceName(now.service)),
      ...lines.map((line) => el("p", { class: waits ? "" : "strong" }, line)),
      bound && el("p", { class: "strong" }, t("bound", { counter: counterName(bound) })),
      now.needs.length > 0 && el("p", { class: "row gap-2 given__needs" }, needBadges(now.needs)),
    ),
    waits && el("p", { class: "soft" }, t("given.say")),
    button(t("given.next"), "next", () => set(nothing()), {
      classes: "button--primary button--large button--wide",
      symbol: "check",
    }),
    waits && el(
      "div",
      { class: "row" },
      button(t("given.print"), "print", () => printTicket(visit), { symbol: "printer" }),
      button(t("given.undo"), "undo", () => undo(visit), { symbol: "undo" }),
    ),
  ];
}

/** @param {Visit} visit */
async function undo(visit) {
  if (await send(`/visits/${visit.id}/abandon`)) {
    set({ ...nothing(), news: t("given.undone", { number: visit.number }) });
  }
  redraw();
  refresh();
}

/** @param {Visit} visit */
function printTicket(visit) {
  const { wanted, language: lang } = visit;
  const isPrivate = (/** @type {string} */ id) =>
    model.branch.services.some((one) => one.id === id && one.private);
  const shown = wanted.filter((one) => !isPrivate(one.service)); // a slip may be left behind
  const facts = {
    service: listedErrands(shown, (id) => serviceName(id, lang), lang),
    taken: isTaken(visit.service),
    bring: [],
    paper: "80",
    now: serverClock.now(),
  };
  const { name, timezone, return_window_seconds, counters } = model.branch;
  const desks = counters.map((one) => ({ services: one.services, video: one.video }));
  printSlip(visit, { name, timezone, return_window_seconds, counters: desks }, facts);
}

/** Say what went wrong, where it did. */
export function drawTrouble() {
  const trouble = $("#trouble");
  if (trouble.dataset.words === model.trouble) return;
  trouble.dataset.words = model.trouble;
  trouble.replaceChildren();
  if (!model.trouble) return;
  const words = el("span");
  setText(words, model.trouble);
  trouble.append(el("p", { class: "banner banner--warn" }, icon("warning"), words));
}
