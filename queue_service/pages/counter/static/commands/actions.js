// Actions of the buttons and the shortcuts, and the states of the counter in which each is offered.

import { isHeld } from "/static/js/branch.js";
import { asApiError } from "/static/js/api.js";
import { isCarriedOver } from "/static/js/interventions.js";
import { laterToday } from "/static/js/later.js";
import { listedErrands } from "/static/js/languages.js";
import { sayOfKeys, SECOND_PRESS_MS } from "/static/js/keys.js";
import { serverClock } from "/static/js/server-clock.js";
import { el, find } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { peopleAhead } from "/static/js/people-ahead.js";
import { printSlip } from "/static/pages/kiosk/slip/slip.js";
import { showDialog } from "../dialogs/ask.js";
import { configuration, moreErrands, serviceName } from "../branch.js";
import { command, counterCommand, showRefusal, showRemark, visitCommand } from "./commands.js";
import { button } from "../draw.js";
import { bringFor } from "../playbook/kept-playbook.js";
import {
  current,
  isMine,
  mode,
  model,
  onChange,
  refreshWaiting,
  takenSomewhere,
} from "../model.js";
import { noteCommand, recoverable, started } from "../news.js";
import { endPause } from "../pauses.js";
import { offerReferral } from "../specialists/referral.js";
import {
  askCarried,
  askContinue,
  askDelay,
  askNotBefore,
  askOutcome,
  askReclassify,
  askServe,
  askTicket,
  askTransfer,
} from "../dialogs/questions.js";
import { newestUndo, offerUndo } from "./undo.js";

/** @import { Channel, Visit } from "/static/js/types.d.ts" */
/** @import { Body, Where } from "./commands.js" */
/** @typedef {ReturnType<typeof mode>} Mode */

const NOTICE_MS = 8000;

/** How the next is called; a page that serves several branches has its own way. */
export const calling = {
  /** @type {() => unknown} */
  next: () => callNextHere(),
};

/** Call the next visit. */
export const callNext = () => calling.next();

/** Call the next visit without sound: displays show it silently. */
export const callSilently = () => at("free") ? callNextHere({ silent: true }) : notNow();

/** Call without sound: the called visit again, else the next one. */
export const silently = () => (at("called") ? recallSilently() : callSilently());

/** @param {Body} [body] */
async function callNextHere(body = {}) {
  if (carriedOver() && !nobodyForUs() && !(await askCarried())) return;
  const answer = await counterCommand("call-next", body);
  if (answer !== true) return;
  const since = serverClock.now();
  // The heading says the same for as long as it is so; the other actions stay.
  const holds = () =>
    nobodyForUs() && (someoneElse() !== null || serverClock.now() - since < NOTICE_MS);
  showRemark(t("next.none"), { holds, offer: someoneElse });
}

// Carried-over citizens have been asked to come back on another day.
const carriedOver = () => isCarriedOver(model.state, serverClock.now());

const nobodyForUs = () => at("free") && !model.waiting.some((one) => isMine(one) && !isHeld(one));

// Anyone who has waited longest of those this counter does not take may still be called.
function someoneElse() {
  const other = model.waiting.find(
    (one) => !isMine(one) && !isHeld(one) && one.position !== null,
  );
  if (!other) return null;
  const { number, service } = other;
  const label = t("next.other", { number, service: serviceName(service) });
  return { label, press: () => call(other, "stage") };
}

let called = ""; // the id of the visit that is called here
let calledSince = -Infinity;
onChange(() => {
  const id = (at("called") && current()?.id) || "";
  if (id !== called) calledSince = performance.now();
  called = id;
});

/** Whether a key may start: not the second of two quick presses, as the citizen is still on the way. */
export const mayStart = () => performance.now() - calledSince >= SECOND_PRESS_MS;

/** The one thing to do now: call the next, start with who was called, go on after a pause. */
export function goOn() {
  if (mode() === "free") return callNext();
  if (mode() === "paused") return endPause();
  if (mayStart()) return start();
  return sayOfKeys(t("idle.second", { number: current()?.number }));
}

/** @param {...Mode} modes */
const at = (...modes) => modes.includes(mode());

/** Show why the command is not possible in the counter's current state. */
function notNow() {
  const number = current()?.number;
  if (mode() !== "none") sayOfKeys(t(`idle.${mode()}`, { number }));
  return null;
}

/**
 * An action on the visit at the counter, in these modes alone.
 * @template {unknown[]} A
 * @template R
 * @param {Mode[]} modes
 * @param {(visit: Visit, ...args: A) => R} action
 * @returns {(...args: A) => R | null}
 */
const withVisit = (modes, action) => (...args) => {
  const visit = current();
  return visit && at(...modes) ? action(visit, ...args) : notNow();
};

/** The citizen is at the counter. */
export const start = withVisit(["called"], (visit) => visitCommand(visit, "start"));

/** Call once more. */
export const recall = withVisit(["called"], (visit) => visitCommand(visit, "recall"));

/** The same, shown and not heard. */
export const recallSilently = withVisit(
  ["called"],
  (visit) => visitCommand(visit, "recall", { silent: true }),
);

/** The citizen did not come. */
export const noShow = withVisit(["called"], (visit) => visitCommand(visit, "no-show"));

/**
 * Do what may end an inquiry; one that ends as referred is asked about.
 * @param {Visit} visit
 * @param {string} verb
 * @param {Body} body
 */
async function ending(visit, verb, body) {
  const after = await visitCommand(visit, verb, body);
  if (after && body.outcome === "referred") await offerReferral(after);
  return after;
}

/** Done, with this outcome, and on to the next errand of the visit, if there is one. */
export const complete = withVisit(
  ["called", "serving"],
  (visit, /** @type {string} */ outcome) =>
    ending(visit, at("serving") && moreErrands(visit) ? "continue" : "complete", { outcome }),
);

/** Resolved, and the further errands are not wanted any more. */
export const completeAll = withVisit(
  ["serving"],
  (visit) => ending(visit, "complete", { outcome: "resolved" }),
);

/** Resolved, and call the next: two commands in one press. The second only if the first is done. */
export const completeAndCall = withVisit(["serving"], async (visit) => {
  if (moreErrands(visit)) return complete("resolved");
  const done = await visitCommand(visit, "complete", { outcome: "resolved" });
  return done && at("free") && !carriedOver() && callNext();
});

/** A completion without a start: the outcome is asked for. */
export const completeCalled = withVisit(["called"], async (visit) => {
  const outcome = await askOutcome(visit);
  return outcome && ending(visit, "complete", { outcome });
});

/** Back in the queue, perhaps for later. */
export const requeue = withVisit(["called"], (visit) => later(visit));

/**
 * Ask what a command needs and give it: its name at the API, and its question.
 * @param {Mode[]} modes
 * @param {string} verb
 * @param {(visit: Visit) => Promise<Body | null>} question
 */
const withQuestion = (modes, verb, question) =>
  withVisit(modes, async (visit) => {
    const body = await question(visit);
    return body && ending(visit, verb, body);
  });

/** One more service at this counter. */
export const proceed = withQuestion(["serving"], "continue", askContinue);

/** On to a service's queue, another counter or a team. */
export const transfer = withQuestion(["called", "serving"], "transfer", askTransfer);

/** Another service was meant. */
export const reclassify = withQuestion(["called", "serving"], "reclassify", askReclassify);

/** Stop the clock and free the counter. */
export const park = withVisit(["serving"], (visit) => visitCommand(visit, "park"));

/**
 * Put a visit back in the queue for when its citizen comes back.
 * @param {Visit} visit
 */
export async function later(visit) {
  const body = await askDelay(visit);
  return body && visitCommand(visit, "requeue", body);
}

/**
 * The citizen has asked not to be called before a time.
 * @param {Visit} visit
 */
export async function postpone(visit) {
  const times = await laterToday().catch((error) => showRefusal(asApiError(error).sentence));
  const body = times && await askNotBefore(visit, times);
  // Another time than the one asked for before is not taken back: the citizen is away.
  return body && visitCommand(visit, "postpone", body, { where: "side", told: !isHeld(visit) });
}

/**
 * Call a visit from the list.
 * @param {Visit} visit
 * @param {Where} where
 */
export const call = (visit, where = "side") => here(visit, "call", where);

/**
 * Go on with a parked visit here.
 * @param {Visit} visit
 */
export const resume = (visit) => here(visit, "resume", "side");

/**
 * @param {Visit} visit
 * @param {string} verb
 * @param {Where} where
 */
function here(visit, verb, where) {
  if (!model.counter || !at("free")) return notNow();
  return visitCommand(visit, verb, { counter: model.counter.id }, { where });
}

/**
 * Go on with the parked visit, or go to the list: of several, or of closed counters if no visit is
 * parked here.
 */
export function resumeOnly() {
  const parked = model.counter?.parked ?? [];
  if (parked.length === 1) return resume(parked[0]);
  const list = parked.length ? "#parked" : "#left-parked:not([hidden])";
  const first = find(`${list} button`);
  return first ? first.focus() : sayOfKeys(t("idle.parked"));
}

/**
 * The citizen has left.
 * @param {Visit} visit
 */
export const abandon = (visit) => visitCommand(visit, "abandon", {}, { where: "side" });

/** Take back what was done last with a visit, where that is possible. */
export async function bringBack() {
  const begun = started();
  if (begun) return visitCommand(begun.visit, "undo");
  const last = recoverable();
  if (!last) return sayOfKeys(t("idle.undo"));
  const { called: next } = last;
  const waiting = next && (await visitCommand(next, "requeue", {}, { told: false }));
  if (next && !waiting) return null;
  const back = await visitCommand(last, last.verb);
  if (back && waiting) noteCommand(waiting, "requeue");
  return back;
}

offerUndo("visit", () => {
  const at = (started() ?? recoverable())?.at;
  return at === undefined ? null : { at, press: bringBack };
});

/** Take back what was done last at this counter. */
export function undo() {
  const newest = newestUndo();
  return newest ? newest.press() : sayOfKeys(t("idle.undo"));
}

/**
 * Serve somebody without a ticket at once.
 * @param {string} service
 * @param {Channel} channel
 */
export const serve = (service, channel) =>
  at("free") ? counterCommand("serve", { service, channel }) : notNow();

/**
 * The same, asking what it is about.
 * @param {Channel} channel
 */
export async function askAndServe(channel) {
  if (!at("free")) return void notNow();
  const body = await askServe(channel);
  if (body) counterCommand("serve", body);
}

/** @param {Visit} visit */
function printTicket(visit) {
  const { service: first, wanted, language: lang } = visit;
  const isPrivate = (/** @type {string} */ id) =>
    configuration().services.some((one) => one.id === id && one.private);
  const shown = wanted.filter((one) => !isPrivate(one.service));
  const service = listedErrands(shown, (id) => serviceName(id, lang), lang);
  const taken = takenSomewhere(first);
  const bring = shown.flatMap((one) => bringFor(one.service, lang));
  const facts = { service, taken, bring, paper: "80", now: serverClock.now() };
  printSlip(visit, configuration(), facts);
}

/** Give a ticket to somebody who cannot use the kiosk, or who comes after closing. */
export async function giveTicket() {
  const body = await askTicket();
  const visit = body && (await command("/visits", body, { where: "side" }));
  if (!visit) return;
  refreshWaiting();
  showDialog({
    title: t("ticket.given", { number: visit.number }),
    large: true,
    body: [
      el("p", { class: "lead" }, peopleAhead("ticket.ahead", visit.position)),
      el("p", { class: "soft" }, t("ticket.tell")),
      el(
        "p",
        {},
        button(t("ticket.print"), {
          key: "print",
          press: () => printTicket(visit),
          icon: "ticket",
        }),
      ),
    ],
  });
}
