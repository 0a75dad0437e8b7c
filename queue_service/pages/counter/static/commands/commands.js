// Commands of the clerk: one at a time, shown at once, with a plain sentence where it was refused.

import { asApiError, post } from "/static/js/api.js";
import { find } from "/static/js/page.js";
import { Presses } from "/static/js/requests.js";
import { has, t } from "/static/js/texts.js";
import {
  applyVisit,
  changed,
  connection,
  model,
  onChange,
  refreshCounter,
  refreshWaiting,
  standing,
} from "../model.js";
import { noteCommand } from "../news.js";

/** @import { ApiError } from "/static/js/api.js" */
/** @import { Visit } from "/static/js/types.d.ts" */
/** @typedef {"stage" | "side" | "choose"} Where on the page */
/**
 * The last refusal, or a remark.
 * @typedef {{
 *   where: Where,
 *   sentence: string,
 *   level: "bad" | "warn" | "calm",
 *   status?: number,
 *   lost?: boolean,
 *   login?: string,
 *   holds?: () => boolean,
 *   offer?: () => Offer | null,
 * }} Message `level`: "warn" for a command that may still succeed, "calm" for a result that is no
 *   failure. `lost`: no answer came, of which it is reminded once the connection is back, unless it
 *   is done. `login`: whose login the page has by now. `offer`: what can be done instead; `holds`:
 *   whether it is still so
 */
/** @typedef {{ label: string, press: () => unknown }} Offer */
/** @typedef {Record<string, string | number | boolean | null>} Body */

const PATIENCE_MS = 2500;
const SENDING_MS = 250;

let running = false;
const presses = new Presses();
let stood = ""; // the counter's state when a command was pressed last

/** @type {Message | null} */
let shown = null;

/** The message about the last command, or null. */
export const message = () => shown;

/** @type {HTMLElement | null} */
let byKey = null; // the button of a shortcut, while it is pressed

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

/**
 * The connection is back, and the clerk may rely on an earlier press and have turned to somebody
 * else. If the counter shows that it is done there is nothing to say.
 */
export async function connectionIsBack() {
  changed();
  const lost = shown;
  if (!lost?.lost) return;
  await refreshCounter();
  if (shown !== lost) return;
  shown = { where: lost.where, sentence: t("press.lost"), level: "warn", lost: true };
  changed();
}

// Before anything is drawn: once the counter has moved on, what was lost is done or out of date, and
// the same press means something new.
onChange(() => {
  if (running || !presses.isAnyLost || standing() === stood) return;
  presses.forget();
  if (shown?.lost) shown = null;
});

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
export async function command(path, body = {}, press = {}) {
  return (await answerTo(path, body, press))?.answer ?? null;
}

/**
 * The same, with whether the answer is an earlier one: its content may be out of date.
 * @param {string} path
 * @param {Body} body
 * @param {{ where?: Where, number?: string }} press
 * @returns {Promise<{ answer: any, replayed: boolean } | null>}
 */
async function answerTo(path, body, { where = "stage", number = "" } = {}) {
  if (running) return null;
  running = true;
  shown = null;
  stood = standing();
  let replayed = false;
  const done = showBusy();
  const patience = setTimeout(() => showStillTrying(where), PATIENCE_MS);
  try {
    const answer = await presses.send(
      `${path} ${JSON.stringify(body)}`,
      (key) => post(path, body, { key, onReplay: () => (replayed = true) }),
    );
    shown = null;
    presses.forget();
    return { answer: answer ?? true, replayed };
  } catch (thrown) {
    const error = asApiError(thrown);
    shown = refusal(error, { where, number });
    if (error.isLost) lookForConnection(error);
    return null;
  } finally {
    clearTimeout(patience);
    running = false;
    done();
    if (shown) showAnew();
  }
}

/**
 * Run a verb on a visit and show the result; gives the visit or null.
 * @param {Pick<Visit, "id" | "number">} visit
 * @param {string} verb
 * @param {Body} body
 * @param {{ where?: Where, told?: boolean }} press `told`: whether it is news
 * @returns {Promise<Visit | null>}
 */
export async function visitCommand(visit, verb, body = {}, { told = true, ...press } = {}) {
  const done = await answerTo(`/visits/${visit.id}/${verb}`, body, {
    number: visit.number,
    ...press,
  });
  if (done && told) noteCommand(done.answer, verb, body);
  if (done) await apply(done);
  return done?.answer ?? null;
}

/**
 * Do something at the counter that gives a visit ("call-next", "serve"); null, visit or true.
 * @param {string} verb
 * @param {Body} body
 * @returns {Promise<Visit | true | null>}
 */
export async function counterCommand(verb, body = {}) {
  const done = await answerTo(`/counters/${model.counter?.id}/${verb}`, body);
  if (!done) return null;
  // An earlier "no visit waited" is no answer to a press of now.
  if (done.answer === true) return done.replayed ? counterCommand(verb, body) : true;
  noteCommand(done.answer, verb, body);
  await apply(done);
  return done.answer;
}

/**
 * Take in the response; if it is an earlier answer, the server returns the current state.
 * @param {{ answer: Visit, replayed: boolean }} done
 */
async function apply({ answer: visit, replayed }) {
  focusStage(); // so that it is known that what changes now is our own doing
  if (replayed) await refreshCounter();
  else applyVisit(visit);
  focusStage();
  refreshWaiting();
}

/**
 * The connection may be back at once. A store that is read from may still refuse writes.
 * @param {ApiError} error
 */
async function lookForConnection({ code }) {
  const answered = await connection.check();
  if (answered && code === "network") connectionIsBack();
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
 * Say that it is being sent, unless the answer comes sooner than it could be read.
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
 * @param {{ where: Where, number: string }} press
 * @returns {Message}
 */
function refusal(error, { where, number }) {
  const { status, problem, isLost: lost } = error;
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
