// The last action, with the way back while there is one: undo, or back in the queue.

import { serverClock } from "/static/js/server-clock.js";
import { keep, keepText } from "/static/js/ticking.js";
import { get } from "/static/js/api.js";
import { $, announce, el } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { stopwatch } from "/static/js/lengths.js";
import { clock } from "/static/js/times.js";
import {
  counterName,
  serviceName,
  teamName,
  UNDO_START_WITHIN_MS,
  UNDO_WITHIN_MS,
} from "./branch.js";
import { button, draw } from "./draw.js";
import { changed, current, mode, model } from "./model.js";
import { load, save } from "./storage.js";
import { undoCommand } from "./commands/undo.js";

/** @import { Visit, VisitEvent } from "/static/js/types.d.ts" */
/** @import { Body } from "./commands/commands.js" */
/**
 * The news, as facts: the text's key and what it names.
 * @typedef {{
 *   key: string,
 *   outcome?: string,
 *   service?: string,
 *   counter?: string,
 *   team?: string,
 *   time?: string,
 * }} Facts
 */
/** @typedef {{ id: string, number: string, state: string, facts: Facts, until: number }} News */

const PLAIN_MS = 12_000;
/** @type {Record<string, string>} */
const BACK = { completed: "undo", abandoned: "undo", no_show: "requeue", postponed: "undo" };

/** @type {News | null} */
let last = null;

/**
 * The visit that can be brought back now, and since when; null for none. If the next one is
 * `called` meanwhile, that one goes back to its place first.
 */
export function recoverable() {
  if (!last || last.until <= serverClock.now()) return null;
  const verb = BACK[last.state];
  // A completed visit comes back to its counter, which has to be free for it.
  const called = last.state === "completed" && mode() === "called" ? current() : null;
  if (!verb || (last.state === "completed" && mode() !== "free" && !called)) return null;
  return { id: last.id, number: last.number, verb, called, at: last.until - UNDO_WITHIN_MS };
}

/** The visit whose start can be taken back now, and when it was started; null for none. */
export function started() {
  const visit = current();
  if (mode() !== "serving" || !visit?.started_at) return null;
  const at = Date.parse(visit.started_at);
  const first = visit.inquiries.at(-1)?.running_since === visit.started_at;
  return first && serverClock.now() - at <= UNDO_START_WITHIN_MS ? { visit, at } : null;
}

/**
 * A command of our own is done: say so where it is not plain to see from the stage.
 * @param {Visit} visit
 * @param {string} verb
 * @param {Body} body
 */
export function noteCommand(visit, verb, body = {}) {
  const facts = factsOf(visit, verb, body);
  const back = { ...visit, state: kindOf(visit, verb) };
  if (facts) note(back, facts, visit.ended_at ? Date.parse(visit.ended_at) : serverClock.now());
  else if (last && (last.id === visit.id || !(last.state in BACK))) forget();
}

/**
 * The key of its way back: the visit's state, unless it is undone, which has no way back.
 * @param {Visit} visit
 * @param {string} verb
 */
function kindOf(visit, verb) {
  if (verb === "postpone") return "postponed";
  return verb === "undo" ? "undone" : visit.state;
}

/**
 * An event at this counter, perhaps from another window: its endings can be taken back here too.
 * @param {string} name
 * @param {VisitEvent} data
 */
export function noteEvent(name, data) {
  const broughtBack = ["visit.undone", "visit.requeued"].includes(name);
  if (broughtBack && data.id === last?.id && last.state in BACK) forget();
  if (name === "visit.called" && data.counter === model.counter?.id) forgetPlain(data);
  if (data.counter !== model.counter?.id || !(data.state in BACK)) return;
  if (name === "visit.entered") return; // from paper: it is taken back where it was entered
  if (last?.id === data.id && last.state === data.state) return;
  const done = data.state === "completed";
  note(data, { key: done ? "news.done" : `news.${data.state}` }, Date.parse(data.at));
  if (done) learnOutcome(data);
}

/**
 * An event does not contain the outcome.
 * @param {VisitEvent} event
 */
async function learnOutcome({ id }) {
  /** @type {Visit | null} */
  const visit = await get(`/visits/${id}`).catch(() => null);
  const outcome = visit?.inquiries.at(-1)?.outcome;
  if (!outcome || last?.id !== id || last.facts.key !== "news.done") return;
  last.facts = { key: "news.completed", outcome };
  changed();
}

/**
 * An action that cannot be taken back is old with the next visit.
 * @param {VisitEvent} event
 */
function forgetPlain({ id }) {
  if (last && last.id !== id && !(last.state in BACK)) forget();
}

/** Come to a counter: its last action may still be taken back. */
export function loadNews() {
  const stored = model.counter ? load(`last.${model.counter.id}`) : null;
  last = stored?.facts ? stored : null;
  // Stored before these texts were called news.
  if (last) last.facts.key = last.facts.key.replace(/^said\./, "news.");
  changed();
}

/**
 * @param {Pick<Visit, "id" | "number"> & { state: string }} visit
 * @param {Facts} facts
 * @param {number} at
 */
function note(visit, facts, at) {
  const until = at + (BACK[visit.state] ? UNDO_WITHIN_MS : PLAIN_MS);
  last = { id: visit.id, number: visit.number, state: visit.state, facts, until };
  if (model.counter) save(`last.${model.counter.id}`, last);
  changed();
}

function forget() {
  last = null;
  if (model.counter) save(`last.${model.counter.id}`, null);
  changed();
}

/**
 * The facts to report after a command: the text's key and its values; null for none.
 * @param {Visit} visit
 * @param {string} verb
 * @param {{ [field: string]: any }} body
 * @returns {Facts | null}
 */
function factsOf(visit, verb, { outcome, service, counter, team }) {
  if (verb === "complete") return { key: "news.completed", outcome };
  if (verb === "no-show") return { key: "news.no_show" };
  if (verb === "abandon") return { key: "news.abandoned" };
  if (verb === "park") return { key: "news.parked" };
  if (verb === "transfer" && counter) return { key: "news.transferred.counter", counter };
  if (verb === "transfer" && team) return { key: "news.transferred.team", team };
  if (verb === "transfer") return { key: "news.transferred.service", service };
  if (verb === "requeue") return putBack(visit.held_until);
  if (verb === "postpone" && visit.not_before) {
    return { key: "news.postponed", time: visit.not_before };
  }
  if (verb === "undo" && visit.state === "abandoned") return { key: "news.unserved" };
  return verb === "undo" && visit.state === "waiting" ? { key: "news.undone" } : null;
}

/** @param {string | null} time */
const putBack = (time) => (time ? { key: "news.requeued.later", time } : { key: "news.requeued" });

/**
 * In the language of now, which may be another than when it was done.
 * @param {News} news
 */
function words({ number, facts: { key, outcome, service, counter, team, time } }) {
  return t(key, {
    number,
    outcome: outcome && t(`outcome.${outcome}`),
    service: service && serviceName(service),
    counter: counter && counterName(counter),
    team: team && teamName(team),
    time: time && clock(time),
  });
}

/**
 * Draw the line in the middle of the stage. `bringBack` is the action of its button.
 * @param {() => unknown} bringBack
 */
export function drawNews(bringBack) {
  const line = lastLine();
  const command = line?.undo ? undoCommand("visit") : undefined;
  draw($("#news"), [line, command], () => line && newsLine(line, command, bringBack));
}

/** @typedef {{ text: string, undo?: string, until: number }} Line */

/** @returns {Line | null} */
function lastLine() {
  if (!last || last.until <= serverClock.now()) return null;
  const back = recoverable();
  const line = { text: words(last), until: last.until };
  if (!back) return BACK[last.state] ? null : line;
  const both = back.called ? ` ${t("news.both", { number: back.called.number })}` : "";
  const undo = t(back.verb === "requeue" ? "requeue" : "undo");
  return { ...line, text: line.text + both, undo };
}

/**
 * @param {Line} line
 * @param {"undo" | undefined} command
 * @param {() => unknown} bringBack
 */
function newsLine({ text: words, undo: label, until }, command, bringBack) {
  const text = el("p", { class: "news__text" }, words);
  if (!label) return el("div", { class: "news__line row" }, text);
  const left = el("span", { class: "news__left end soft number", "aria-hidden": "true" });
  const undo = button(label, { key: "undo", press: bringBack, command, icon: "undo" });
  const part = el("span", { class: "news__part", "aria-hidden": "true" });
  const remaining = () => Math.max(0, until - serverClock.now());
  keepText(left, () => stopwatch(remaining() / 1000));
  keep(part, (it) => it.style.setProperty("--part", String(remaining() / UNDO_WITHIN_MS)));
  return el("div", { class: "news__line row" }, text, undo, left, part);
}

/**
 * Say to a screen reader alone that somebody came to wait.
 * @param {string} number
 */
export const announceArrival = (number) => announce(t("news.arrived", { number }));
