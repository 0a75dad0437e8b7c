// Commands of the clerk: one at a time, shown at once, with a plain sentence where it was refused.

import { asApiError, post } from "/static/js/api.js";
import { find, newKey } from "/static/js/page.js";
import { has, t } from "/static/js/texts.js";
import { applyVisit, changed, connection, model, refreshCounter, refreshWaiting } from "./model.js";
import { noteCommand } from "./news.js";

/** @import { ApiError } from "/static/js/api.js" */
/** @import { Visit } from "/static/js/types.d.ts" */
/** @typedef {"stage" | "side" | "choose"} Where on the page */
/**
 * What was refused last, or is worth saying otherwise.
 * @typedef {{
 *   where: Where,
 *   sentence: string,
 *   level: "bad" | "warn" | "calm",
 *   status?: number,
 *   lost?: boolean,
 *   login?: string,
 *   holds?: () => boolean,
 *   offer?: () => Offer | null,
 * }} Message `level`: "warn" for what may still succeed, "calm" for what is no failure. `lost`: no
 *   answer came, of which it is reminded once the line is back. `login`: whose login the page has by now.
 *   `offer`: what can be done instead; `holds`: whether it is still so
 */
/** @typedef {{ label: string, press: () => unknown }} Offer */
/** @typedef {Record<string, string | number | boolean | null>} Body */

const PATIENCE_MS = 2500;
const SENDING_MS = 250;
const LOST = ["network", "store_unavailable"];

let running = false;
/** @type {Map<string, string>} */
const keys = new Map(); // of commands whose answer was lost: the same one again repeats it

/** @type {Message | null} */
let shown = null;

/** What there is to say of the last command, or null. */
export const message = () => shown;

/** @type {HTMLElement | null} */
let byKey = null; // the button that a shortcut stands for, while it is pressed

/**
 * Do something as if this button (or none) had been pressed, so that it shows that it was.
 * @param {HTMLElement | null} button
 * @param {() => unknown} action
 */
export function showingPress(button, action) {
  byKey = button;
  action();
  byKey = null;
}

/** The line is back, and whoever pressed meanwhile may count on it, having turned to somebody else. */
export function connectionIsBack() {
  if (shown?.lost) shown = { where: shown.where, sentence: t("press.lost"), level: "warn" };
  changed();
}

/** Forget what was refused. */
export function clearMessage() {
  shown = null;
}

/**
 * Show a sentence as if something had been refused.
 * @param {string} sentence
 */
export function showRefusal(sentence) {
  shown = { where: "stage", sentence, level: "bad" };
  changed();
}

/**
 * Say something that is no failure, for as long as it `holds()`, perhaps with an `offer`.
 * @param {string} sentence
 * @param {Required<Pick<Message, "holds" | "offer">>} more
 */
export function showRemark(sentence, { holds, offer }) {
  shown = { where: "stage", sentence, level: "calm", holds, offer };
  changed();
}

/**
 * Do something: POST to a path of the branch. Gives the answer (true for an empty one), or null
 * when it was refused or something else is still being done.
 * @param {string} path
 * @param {Body} body
 * @param {{ where?: Where, number?: string }} press where it was seen, and the visit's number
 * @returns {Promise<any>}
 */
export async function command(path, body = {}, { where = "stage", number = "" } = {}) {
  if (running) return null;
  running = true;
  shown = null;
  const done = showBusy();
  const patience = setTimeout(() => showStillTrying(where), PATIENCE_MS);
  const what = `${path} ${JSON.stringify(body)}`;
  const key = keys.get(what) ?? newKey();
  try {
    const answer = await post(path, body, { key });
    shown = null;
    keys.delete(what);
    return answer ?? true;
  } catch (thrown) {
    const error = asApiError(thrown);
    const lost = LOST.includes(error.code);
    if (lost) keys.set(what, key);
    else keys.delete(what);
    shown = refusal(error, { where, number, lost });
    if (lost) connection.check();
    return null;
  } finally {
    clearTimeout(patience);
    running = false;
    done();
    if (shown) showAnew();
  }
}

/**
 * Do something to a visit and show what became of it; gives the visit or null.
 * @param {Pick<Visit, "id" | "number">} visit
 * @param {string} verb
 * @param {Body} body
 * @param {{ where?: Where }} press
 * @returns {Promise<Visit | null>}
 */
export async function visitCommand(visit, verb, body = {}, press = {}) {
  const after = await command(`/visits/${visit.id}/${verb}`, body, {
    number: visit.number,
    ...press,
  });
  if (after) apply(after, verb, body);
  return after;
}

/**
 * Do something at the counter that gives a visit ("call-next", "serve"); null, visit or true.
 * @param {string} verb
 * @param {Body} body
 * @returns {Promise<Visit | true | null>}
 */
export async function counterCommand(verb, body = {}) {
  const answer = await command(`/counters/${model.counter?.id}/${verb}`, body);
  if (answer && answer !== true) apply(answer, verb, body);
  return answer;
}

/**
 * @param {Visit} visit
 * @param {string} verb
 * @param {Body} body
 */
function apply(visit, verb, body) {
  noteCommand(visit, verb, body);
  applyVisit(visit);
  focusStage();
  refreshWaiting();
}

/** Put the focus where the next thing to do is read out and done. */
export function focusStage() {
  find("#stage-title")?.focus({ preventScroll: true });
  const narrow = matchMedia("(max-width: 64rem)").matches;
  if (narrow) scrollTo({ top: 0 });
}

/**
 * The press is repeated by itself while no answer comes; that may take a while.
 * @param {Where} where
 */
function showStillTrying(where) {
  shown = { where, sentence: t("trying"), level: "warn" };
  changed();
  connection.check();
}

/** Show on the button that something is being done; gives what ends that. */
function showBusy() {
  document.body.dataset.busy = "";
  /** @type {HTMLElement | null | undefined} */
  const pressed = byKey ?? document.activeElement?.closest("button");
  if (!(pressed instanceof HTMLButtonElement)) return showDone;
  const focused = pressed === document.activeElement;
  pressed.setAttribute("aria-busy", "true");
  pressed.disabled = true;
  const endSending = showSending(find(".button__label", pressed));
  return () => {
    showDone();
    endSending();
    pressed.disabled = false;
    pressed.removeAttribute("aria-busy");
    if (shown && focused && pressed.isConnected) pressed.focus({ preventScroll: true });
  };
}

function showDone() {
  delete document.body.dataset.busy;
}

/**
 * Say that it is being sent, unless the answer comes sooner than anybody could read.
 * @param {HTMLElement | null} label
 */
function showSending(label) {
  if (!label) return () => {};
  const words = label.textContent;
  const timer = setTimeout(() => (label.textContent = t("sending")), SENDING_MS);
  return () => {
    clearTimeout(timer);
    label.textContent = words;
  };
}

/**
 * @param {ApiError} error
 * @param {{ where: Where, number: string, lost: boolean }} press
 * @returns {Message}
 */
function refusal(error, { where, number, lost }) {
  const { status, problem } = error;
  const login = status === 403 ? problem.login : undefined; // somebody else's, since the page came
  const sentence = login ? t("login.other", { name: login }) : sentenceOf(error, number);
  return { where, sentence, status, level: "bad", lost, login };
}

/**
 * @param {ApiError} error
 * @param {string} number
 */
function sentenceOf(error, number) {
  const state = `wrong.${error.problem.state}`;
  if (error.code === "wrong_state" && number && has(state)) return t(state, { number });
  return error.sentence;
}

function showAnew() {
  changed();
  refreshCounter();
  refreshWaiting();
}
