// Who waits: those this counter takes, in the order they are called, and those it does not.

import { $, el } from "/static/js/page.js";
import { clock, t } from "/static/js/texts.js";
import { keepText } from "/static/js/ticking.js";
import { call } from "./actions.js";
import { counterName, serviceName, teamName } from "./branch.js";
import { desk, isHeld, isMine, mode } from "./desk.js";
import { draw } from "./draw.js";
import { speaks } from "./speaks.js";
import { minutesWaited } from "./waited.js";
import { deedButton, numberButton } from "./waiter.js";

let only = null; // the service that is shown alone

/** Draw the list. */
export function drawWaiting() {
  const { waiting } = desk;
  const services = [...new Set(waiting.map(({ service }) => service))];
  if (!services.includes(only)) only = null;
  const rows = waiting.map((visit) => row(visit));
  const facts = [rows, only, mode() === "free", desk.counter?.id, desk.counter?.services];
  draw($("#waiting"), facts, () =>
    [
      el("h2", { id: "waiting-title" }, t("waiting"), " ", count(waiting.length)),
      waiting.length ? null : el("p", { class: "soft" }, t("waiting.nobody")),
      services.length > 1 ? filters(services) : null,
      lists(rows.filter(({ visit }) => !only || visit.service === only)),
    ].flat());
}

const row = (visit) => ({
  visit: { ...visit, waiting_seconds: 0 }, // what changes by itself is no change of the list
  held: isHeld(visit),
  mine: isMine(visit),
});

const count = (n) => el("span", { class: "count number" }, String(n));

function lists(rows) {
  const mine = rows.filter((one) => one.mine);
  const ready = mine.filter(({ held }) => !held);
  const later = mine.filter(({ held }) => held);
  return [
    list(t("waiting.mine"), ready, { ranked: true }),
    list(t("waiting.later"), later),
    list(t("waiting.others"), rows.filter((one) => !one.mine), { others: true }),
  ];
}

function list(label, rows, { ranked = false, others = false } = {}) {
  if (!rows.length) return null;
  return el(
    "section",
    { class: `lane${others ? " lane--others" : ""}` },
    el("h3", { class: "lane__title" }, label, " ", count(rows.length)),
    el(
      "ol",
      { class: "lane__list", role: "list" },
      rows.map((one, index) => drawRow(one, ranked ? index + 1 : null)),
    ),
  );
}

function drawRow({ visit, held }, rank) {
  return el(
    "li",
    { class: `waiter${rank === 1 && !only ? " waiter--next" : ""}${rank ? "" : " waiter--plain"}` },
    rank && el("span", { class: "waiter__rank number soft" }, String(rank)),
    numberButton(visit),
    el("span", { class: "waiter__what" }, serviceName(visit.service), badges(visit, rank)),
    el("span", { class: "waiter__time number" }, time(visit, held)),
    mode() === "free" ? deedButton(visit, "call", call) : null,
  );
}

function time(visit, held) {
  if (held) return t("held", { time: clock(visit.held_until) });
  const { id } = visit;
  return keepText(el("span"), () => {
    const now = desk.waiting.find((one) => one.id === id);
    return now ? minutesWaited(now) : "";
  });
}

function badges(visit, rank) {
  const badge = (text, look = "") => el("span", { class: `badge ${look}` }, text);
  return el(
    "span",
    { class: "waiter__badges" },
    rank === 1 && !only ? badge(t("upnext"), "badge--good") : null,
    visit.priority === "high" ? badge(t("first"), "badge--warn") : null,
    languageMark(visit),
    visit.for_counter || visit.for_team ? badge(bound(visit)) : null,
  );
}

// For whom alone a visit waits.
function bound(visit) {
  const { for_counter: counter, for_team: team } = visit;
  if (isMine(visit)) return t(team ? "bound.ours" : "bound.mine");
  return team
    ? t("bound.team", { team: teamName(team) })
    : t("bound", { counter: counterName(counter) });
}

// In short, and in full for those who hear it or point at it.
function languageMark(visit) {
  const words = speaks(visit);
  if (!words) return null;
  const short = el("span", { "aria-hidden": "true" }, visit.language.toUpperCase());
  const full = el("span", { class: "visually-hidden" }, words);
  return el("span", { class: "badge waiter__language", title: words }, short, full);
}

function filters(services) {
  const waitingFor = (id) => desk.waiting.filter(({ service }) => service === id).length;
  const chip = (id, label, n) =>
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
    chip(null, t("filter.all"), desk.waiting.length),
    services.map((id) => chip(id, serviceName(id), waitingFor(id))),
  );
}

function show(id) {
  only = id;
  drawWaiting();
}
