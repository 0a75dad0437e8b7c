// What the buttons and the shortcuts do, and in which state of the counter each is offered.

import { ahead } from "/static/js/ahead.js";
import { printTicket } from "/static/pages/kiosk/ticket.js";
import { $, el } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { t } from "/static/js/texts.js";
import { tell } from "./ask.js";
import { configuration, serviceName } from "./branch.js";
import { act, actHere, actOn, remark } from "./deeds.js";
import { current, desk, isHeld, isMine, mode, refreshWaiting, takenSomewhere } from "./desk.js";
import { button } from "./draw.js";
import { recoverable } from "./news.js";
import {
  askContinue,
  askDelay,
  askOutcome,
  askReclassify,
  askServe,
  askTicket,
  askTransfer,
} from "./questions.js";

const NOTICE_MS = 8000;

/** Call whoever is next. */
export async function callNext() {
  const answer = await actHere("call-next");
  if (answer !== true) return;
  const said = serverClock.now();
  // The heading says the same for as long as it is so; what else can be done stays.
  const holds = () =>
    nobodyForUs() && (someoneElse() !== null || serverClock.now() - said < NOTICE_MS);
  remark(t("next.none"), { holds, offer: someoneElse });
}

const nobodyForUs = () => at("free") && !desk.waiting.some((one) => isMine(one) && !isHeld(one));

// Whoever has waited longest of those this counter does not take may still be called.
function someoneElse() {
  const other = desk.waiting.find((one) => !isMine(one) && !isHeld(one));
  if (!other) return null;
  const { number, service } = other;
  const label = t("next.other", { number, service: serviceName(service) });
  return { label, press: () => call(other, "stage") };
}

/** The one thing to do now: call the next, or start with who was called. */
export function goOn() {
  if (mode() === "free") return callNext();
  return mode() === "called" ? start() : null;
}

const at = (...modes) => modes.includes(mode());
const withVisit = (modes, deed) => (...given) => at(...modes) ? deed(current(), ...given) : null;

/** The citizen is at the counter. */
export const start = withVisit(["called"], (visit) => actOn(visit, "start"));

/** Call once more. */
export const recall = withVisit(["called"], (visit) => actOn(visit, "recall"));

/** The citizen did not come. */
export const noShow = withVisit(["called"], (visit) => actOn(visit, "no-show"));

/** Done, with this outcome. */
export const complete = withVisit(
  ["called", "serving"],
  (visit, outcome) => actOn(visit, "complete", { outcome }),
);

/** Resolved, and whoever is next: two things in one press. The second only if the first is done. */
export const completeAndCall = withVisit(["serving"], async (visit) => {
  const done = await actOn(visit, "complete", { outcome: "resolved" });
  return done && callNext();
});

/** Done although nobody pressed start: the outcome is asked for. */
export const completeCalled = withVisit(["called"], async (visit) => {
  const outcome = await askOutcome(visit);
  return outcome && actOn(visit, "complete", { outcome });
});

/** Back in the queue, perhaps for later. */
export const requeue = withVisit(["called"], (visit) => later(visit));

/** Ask what a deed needs and do it: the deed's name at the API, and its question. */
const asked = (modes, verb, question) =>
  withVisit(modes, async (visit) => {
    const body = await question(visit);
    return body && actOn(visit, verb, body);
  });

/** One more service at this counter. */
export const proceed = asked(["serving"], "continue", askContinue);

/** On to a service's queue, another counter or a team. */
export const transfer = asked(["called", "serving"], "transfer", askTransfer);

/** Another service was meant. */
export const reclassify = asked(["called", "serving"], "reclassify", askReclassify);

/** Stop the clock and free the counter. */
export const park = withVisit(["serving"], (visit) => actOn(visit, "park"));

/** Put a visit back in the queue for when its citizen comes back. */
export async function later(visit) {
  const body = await askDelay(visit);
  return body && actOn(visit, "requeue", body);
}

/** Call a visit from the list. */
export const call = (visit, where = "side") =>
  at("free") ? actOn(visit, "call", { counter: desk.counter.id }, { where }) : null;

/** Go on with a parked visit here. */
export const resume = (visit) =>
  at("free") ? actOn(visit, "resume", { counter: desk.counter.id }, { where: "side" }) : null;

/** Go on with the parked visit, or go to the list where there are several. */
export function resumeOnly() {
  const { parked } = desk.counter ?? { parked: [] };
  if (parked.length === 1) return resume(parked[0]);
  $("#parked button")?.focus();
  return null;
}

/** The citizen has left. */
export const abandon = (visit) => actOn(visit, "abandon", {}, { where: "side" });

/** Take back what was done last, where that is possible. */
export function bringBack() {
  const last = recoverable();
  return last && actOn(last, last.verb);
}

/** Serve somebody without a ticket at once. */
export const serve = (service, channel) =>
  at("free") ? actHere("serve", { service, channel }) : null;

/** The same, asking what it is about. */
export async function askAndServe(channel) {
  if (!at("free")) return;
  const body = await askServe(channel);
  if (body) actHere("serve", body);
}

function printSlip(visit) {
  const taken = takenSomewhere(visit.service);
  const service = serviceName(visit.service, visit.language);
  printTicket(visit, configuration(), service, {
    taken,
    paper: "80",
    now: serverClock.now(),
    tell: () => {},
  });
}

/** Give a ticket to somebody who cannot use the kiosk, or who comes after closing. */
export async function giveTicket() {
  const body = await askTicket();
  const visit = body && (await act("/visits", body, { where: "side" }));
  if (!visit) return;
  refreshWaiting();
  tell({
    title: t("ticket.given", { number: visit.number }),
    large: true,
    body: [
      el("p", { class: "lead" }, ahead("ticket.ahead", visit.position)),
      el("p", { class: "soft" }, t("ticket.tell")),
      el(
        "p",
        {},
        button(t("ticket.print"), { key: "print", press: () => printSlip(visit), sign: "ticket" }),
      ),
    ],
  });
}
