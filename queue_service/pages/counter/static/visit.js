// One visit out of a list or found by its number: where it stands, and what can be done with it.

import { ahead } from "/static/js/ahead.js";
import { el } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { clock, t, tn } from "/static/js/texts.js";
import { abandon, call, later, resume } from "./actions.js";
import { ask } from "./ask.js";
import { configuration, counterName, serviceName, teamName, UNDO_WITHIN_MS } from "./branch.js";
import { actOn } from "./deeds.js";
import { current, desk, isHeld, mode } from "./desk.js";

// The same thing has the same key, whatever else can be done with a visit just now.
const KEYS = { go: 1, later: 2, left: 3, undo: 4 };

/** Show a visit and do with it what is chosen. */
export async function showVisit(visit) {
  const chosen = await ask({
    title: `${visit.number} · ${serviceName(visit.service)}`,
    before: el("div", { class: "ask__facts" }, facts(visit).map((line) => el("p", {}, line))),
    groups: [{ options: options(visit) }],
    leave: t("close"),
  });
  return chosen && chosen(visit);
}

function facts(visit) {
  const told = {
    counter: counterName(visit.counter),
    issued: clock(visit.issued_at),
    called: visit.called_at && clock(visit.called_at),
    started: visit.started_at && clock(visit.started_at),
    ended: visit.ended_at && clock(visit.ended_at),
  };
  const more = { waiting: factsOfWaiting, no_show: factsOfNoShow }[visit.state];
  return [t(`visit.${visit.state}`, told), ...(more?.(visit) ?? [])];
}

function factsOfWaiting(visit) {
  const { for_counter: bound, for_team: team } = visit;
  const lines = [
    isHeld(visit)
      ? t("visit.held", { held: clock(visit.held_until) })
      : ahead("visit.ahead", visit.position),
    bound ? t("visit.bound", { counter: counterName(bound) }) : null,
    team ? t("visit.bound.team", { team: teamName(team) }) : null,
    mode() === "free" ? null : t("visit.busy", { number: current().number }),
  ];
  return lines.filter(Boolean);
}

function factsOfNoShow() {
  const minutes = Math.round(configuration().return_window_seconds / 60);
  return [t("visit.no_show.place", { minutes: tn("minutes", minutes) })];
}

function options(visit) {
  const free = mode() === "free";
  const counter = counterName(desk.counter.id);
  const first = "button--primary";
  const left = { label: t("visit.left"), sign: "door", value: abandon, number: KEYS.left };
  const back = { sign: "undo", value: later, look: first, number: KEYS.later };
  const go = { look: first, number: KEYS.go };
  switch (visit.state) {
    case "waiting":
      return [
        free && { label: t("visit.call", { counter }), sign: "bell", value: call, ...go },
        { label: t("visit.later"), sign: "clock", value: later, number: KEYS.later },
        left,
      ].filter(Boolean);
    case "parked":
      return [
        free && { label: t("visit.resume", { counter }), sign: "play", value: resume, ...go },
        left,
      ].filter(Boolean);
    case "no_show":
      return [
        free && { label: t("visit.call", { counter }), sign: "bell", value: callBack, ...go },
        { label: t("requeue"), ...back, look: free ? "" : back.look },
      ].filter(Boolean);
    case "completed":
    case "abandoned":
      return canUndo(visit) ? [{ ...back, label: t("undo"), value: undo, number: KEYS.undo }] : [];
    default:
      return [];
  }
}

// Whoever missed the call stands at the counter: back in the queue, and called from there.
async function callBack(visit) {
  const waiting = await actOn(visit, "requeue", {}, { where: "side" });
  return waiting && call(waiting);
}

const undo = (visit) => actOn(visit, "undo", {}, { where: "side" });

const canUndo = ({ ended_at: ended }) => serverClock.now() - Date.parse(ended) <= UNDO_WITHIN_MS;
