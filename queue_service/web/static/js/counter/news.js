// What was done last, with the way back while there is one: undo, or back in the queue.

import { $, announce, el } from "../page.js";
import { clock, stopwatch, t } from "../texts.js";
import { counterName, serviceName, UNDO_WITHIN_MS } from "./branch.js";
import { keep, keepText, now } from "./clock.js";
import { changed, desk, mode } from "./desk.js";
import { button, draw } from "./draw.js";
import { recall, remember } from "./memory.js";

const PLAIN_MS = 12_000;
const BACK = { completed: "undo", abandoned: "undo", no_show: "requeue" };

/** {id, number, state, text, until (ms)}; or null. */
let last = null;

/** The visit that can be brought back now: {id, number, verb}; or null. */
export function recoverable() {
  if (!last || last.until <= now()) return null;
  const verb = BACK[last.state];
  // A completed visit comes back to its counter, which has to be free for it.
  if (!verb || (last.state === "completed" && mode() !== "free")) return null;
  return { id: last.id, number: last.number, verb };
}

/** Our own deed is done: say so where it is not plain to see from the stage. */
export function noteDeed(visit, verb, body = {}) {
  const text = sentence(visit, verb, body);
  if (text) note(visit, text, Date.parse(visit.ended_at ?? NaN) || now());
  else if (last?.id === visit.id) forget();
}

/** An event at this counter, perhaps from another window: its endings can be taken back here too. */
export function noteEvent(name, data) {
  const broughtBack = ["visit.undone", "visit.requeued"].includes(name);
  if (broughtBack && data.id === last?.id && last.state in BACK) forget();
  if (data.counter !== desk.counter?.id || !(data.state in BACK)) return;
  if (last?.id === data.id && last.state === data.state) return;
  const at = Date.parse(data.at);
  const said = data.state === "completed" ? "said.done" : `said.${data.state}`;
  note(data, t(said, { number: data.number }), at);
}

/** Come to a counter: what was done there last may still be taken back. */
export function recallNews() {
  last = desk.counter ? recall(`last.${desk.counter.id}`) : null;
  changed();
}

function note(visit, text, at) {
  const until = at + (BACK[visit.state] ? UNDO_WITHIN_MS : PLAIN_MS);
  last = { id: visit.id, number: visit.number, state: visit.state, text, until };
  if (desk.counter) remember(`last.${desk.counter.id}`, last);
  changed();
}

function forget() {
  last = null;
  if (desk.counter) remember(`last.${desk.counter.id}`, null);
  changed();
}

function sentence(visit, verb, body) {
  const { number } = visit;
  if (verb === "complete") return t("said.completed", { number, outcome: t(`outcome.${body.outcome}`) });
  if (verb === "no-show") return t("said.no_show", { number });
  if (verb === "abandon") return t("said.abandoned", { number });
  if (verb === "park") return t("said.parked", { number });
  if (verb === "transfer") return sentOn(number, body);
  if (verb === "requeue") return putBack(visit);
  return verb === "undo" && visit.state === "waiting" ? t("said.undone", { number }) : "";
}

function sentOn(number, { service, counter }) {
  if (counter) return t("said.transferred.counter", { number, counter: counterName(counter) });
  return t("said.transferred.service", { number, service: serviceName(service) });
}

function putBack({ number, held_until: held }) {
  return held ? t("said.requeued.later", { number, time: clock(held) }) : t("said.requeued", { number });
}

/** Draw the line at the foot of the stage. `bringBack` is what its button does. */
export function drawNews(bringBack) {
  const line = last && last.until > now() ? last : null;
  const back = recoverable();
  const shown = line && (back || !BACK[line.state]) ? line : null;
  draw($("#news"), [shown, back?.verb], () => shown && newsLine(shown, back, bringBack));
}

function newsLine({ text, until }, back, bringBack) {
  const words = el("p", { class: "news__text" }, text);
  if (!back) return el("div", { class: "news__line" }, words);
  const label = back.verb === "undo" ? t("undo") : t("requeue");
  const left = el("span", { class: "news__left number", "aria-hidden": "true" });
  const undo = button(label, { key: "undo", press: bringBack, shortcut: "U", sign: "undo" });
  const part = el("span", { class: "news__part", "aria-hidden": "true" });
  keepText(left, () => stopwatch((until - now()) / 1000));
  keep(part, (it) => it.style.setProperty("--part", Math.max(0, (until - now()) / UNDO_WITHIN_MS)));
  return el("div", { class: "news__line" }, words, undo, left, part);
}

/** Say to a screen reader alone that somebody came to wait. */
export const announceArrival = (number) => announce(t("said.arrived", { number }));
