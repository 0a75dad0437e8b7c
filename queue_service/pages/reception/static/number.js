// Giving a number: the service, what the citizen needs, which counter, and whether they come before others.

import { $, announce, el, find, icon, setText } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { t, tn } from "/static/js/texts.js";
import { peopleAhead } from "/static/js/wording.js";
import { printSlip, waitRange } from "/static/pages/kiosk/slip.js";
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
 * What is being put together. `counter` is "" for any; `own`: it was chosen by hand.
 * @typedef {{
 *   service: string | null,
 *   needs: Need[],
 *   counter: string,
 *   own: boolean,
 *   reason: PriorityReason | "",
 *   visit: Visit | null,
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
  visit: null,
  news: "",
});

let order = nothing();
let redraw = () => {};
let refresh = () => {};

/**
 * @param {{ draw: () => void, refresh: () => void }} page what draws it, and what fetches who waits
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

/** The counter that is proposed: an accessible one to whoever needs one, where there is any. */
function proposed() {
  if (!order.needs.includes("accessible_counter")) return "";
  const fit = openCounters().filter(({ accessible }) => accessible);
  const able = fit.find((counter) => takes(counter, order.service ?? ""));
  return able?.id ?? "";
}

/** Draw the step that is due. */
export function drawNumber() {
  const counters = openCounters();
  const taken = services().map(({ id }) => [id, isTaken(id), isStopped(id)]);
  const facts = ["number", order, model.state?.open, counters, taken, services()];
  draw("#give", facts, () => {
    if (order.visit) return given(order.visit);
    return order.service === null ? chooseService() : ask(order.service);
  });
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
    el("div", { class: "grid give__choices" }, counterField(service), reasonField()),
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

/** What an accessible counter comes to, said before the number is given. */
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
  const { service, needs, counter, reason } = order;
  const visit = await send("/visits", {
    service,
    channel: "desk",
    ...(needs.length ? { needs } : {}),
    ...(counter ? { counter } : {}),
    ...(reason ? { priority_reason: reason } : {}),
  }, t("lost"));
  if (visit) {
    order = { ...nothing(), visit };
    announce(`${t("given")}: ${visit.number}`);
  }
  redraw();
  refresh();
  if (visit) find("#give [data-key=next]")?.focus({ preventScroll: true });
}

/** @param {Visit} visit */
function given(visit) {
  const facts = [
    peopleAhead("ahead", visit.position),
    waitRange(visit.estimated_wait_seconds),
    isTaken(visit.service) ? null : t("ticket.untaken"),
  ].filter((line) => line !== null);
  return [
    el(
      "div",
      { class: "given stack gap-2" },
      el("p", { class: "given__label" }, t("given")),
      el("p", { class: "given__number number" }, visit.number),
      el("p", { class: "given__service strong" }, serviceName(visit.service)),
      ...facts.map((line) => el("p", {}, line)),
      visit.for_counter && el(
        "p",
        { class: "strong" },
        t("bound", { counter: counterName(visit.for_counter) }),
      ),
      visit.needs.length > 0 &&
        el("p", { class: "row gap-2 given__needs" }, needBadges(visit.needs)),
    ),
    el("p", { class: "soft" }, t("given.say")),
    button(t("given.next"), "next", () => set(nothing()), {
      classes: "button--primary button--large button--wide",
      symbol: "check",
    }),
    el(
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
  const service = serviceName(visit.service, visit.language);
  const facts = {
    service,
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
