// One visit from a list or found by its number: its state, and the possible operations.

import { isHeld } from "/static/js/branch.js";
import { serverClock } from "/static/js/server-clock.js";
import { el, find } from "/static/js/page.js";
import { t, tn } from "/static/js/texts.js";
import { clock } from "/static/js/times.js";
import { peopleAhead } from "/static/js/people-ahead.js";
import { abandon, call, later, postpone, resume } from "../commands/actions.js";
import { ask } from "../dialogs/ask.js";
import { configuration, counterName, serviceName, teamName, UNDO_WITHIN_MS } from "../branch.js";
import { visitCommand } from "../commands/commands.js";
import { current, mode, model } from "../model.js";
import { needLine } from "../lists/needs.js";
import { bookedWords } from "./stage-parts.js";

/** @import { Values, Visit } from "/static/js/types.d.ts" */
/** @import { Option } from "../dialogs/ask.js" */
/** @typedef {(visit: Visit) => unknown} Action */

// The same thing has the same key, whatever else can be done with a visit just now.
const KEYS = { go: 1, later: 2, left: 3, undo: 4, postpone: 5 };

/**
 * Show a visit and do with it what is chosen.
 * @param {Visit} visit
 * @param {boolean} [clicked] it was opened by a pointer: the focus is not left on its row, so that
 *   the next space bar calls
 */
export async function showVisit(visit, clicked = false) {
  const action = await ask({
    title: `${visit.number} · ${serviceName(visit.service)}`,
    before: el(
      "div",
      { class: "stack gap-1" },
      facts(visit).map((line) => el("p", {}, line)),
      needLine(visit),
    ),
    groups: [{ options: options(visit) }],
    leave: t("close"),
  });
  if (!action && clicked) find("#stage-title")?.focus({ preventScroll: true });
  return action && action(visit);
}

/** @param {Visit} visit */
function facts(visit) {
  /** @type {Values} */
  const values = {
    counter: counterName(visit.counter),
    issued: clock(visit.issued_at),
    called: visit.called_at && clock(visit.called_at),
    started: visit.started_at && clock(visit.started_at),
    ended: visit.ended_at && clock(visit.ended_at),
  };
  const first = t(`visit.${visit.state}`, values);
  if (visit.state === "waiting") return [first, ...factsOfWaiting(visit)];
  return visit.state === "no_show" ? [first, whileReturning()] : [first];
}

/** @param {Visit} visit */
function factsOfWaiting(visit) {
  const { for_counter: bound, for_team: team } = visit;
  const lines = [
    isHeld(visit)
      ? t("visit.held", { held: clock(visit.held_until ?? 0) })
      : peopleAhead("visit.ahead", visit.position),
    bookedWords(visit) || null,
    bound ? t("visit.bound", { counter: counterName(bound) }) : null,
    team ? t("visit.bound.team", { team: teamName(team) }) : null,
    mode() === "free" ? null : t("visit.busy", { number: current()?.number }),
  ];
  return lines.filter((line) => line !== null);
}

function whileReturning() {
  const minutes = Math.round(configuration().return_window_seconds / 60);
  return t("visit.no_show.place", { minutes: tn("minutes", minutes) });
}

/**
 * @param {Visit} visit
 * @returns {Option<Action>[]}
 */
function options(visit) {
  const free = mode() === "free";
  const counter = counterName(model.counter?.id ?? null);
  const primary = "button--primary";
  const left = { label: t("visit.left"), icon: "door", value: abandon, number: KEYS.left };
  const back = { icon: "undo", value: later, classes: primary, number: KEYS.later };
  const whenFree = (/** @type {Omit<Option<Action>, "number">} */ option) =>
    free ? [{ ...option, classes: primary, number: KEYS.go }] : [];
  switch (visit.state) {
    case "waiting":
      return [
        ...whenFree({ label: t("visit.call", { counter }), icon: "bell", value: callHere }),
        { label: t("visit.later"), icon: "clock", value: later, number: KEYS.later },
        left,
        { label: t("visit.postpone"), icon: "clock", value: postpone, number: KEYS.postpone },
      ];
    case "parked":
      return [
        ...whenFree({ label: t("visit.resume", { counter }), icon: "play", value: resume }),
        left,
      ];
    case "no_show":
      return [
        ...whenFree({ label: t("visit.call", { counter }), icon: "bell", value: callBack }),
        { label: t("requeue"), ...back, classes: free ? "" : primary },
      ];
    case "completed":
    case "abandoned":
      return canUndo(visit) ? [{ ...back, label: t("undo"), value: undo, number: KEYS.undo }] : [];
    default:
      return [];
  }
}

/** @param {Visit} visit */
const callHere = (visit) => call(visit);

/**
 * A citizen who missed the call is at the counter: back in the queue, and called from there.
 * @param {Visit} visit
 */
async function callBack(visit) {
  const waiting = await visitCommand(visit, "requeue", {}, { where: "side" });
  return waiting && call(waiting);
}

/** @param {Visit} visit */
const undo = (visit) => visitCommand(visit, "undo", {}, { where: "side" });

/** @param {Visit} visit */
const canUndo = ({ ended_at: ended, source }) =>
  ended !== null && source !== "paper" && serverClock.now() - Date.parse(ended) <= UNDO_WITHIN_MS;
