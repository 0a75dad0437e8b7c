// Doing things: one at a time, shown at once, with a plain sentence where it was refused.

import { post } from "/static/js/api.js";
import { newKey } from "/static/js/page.js";
import { has, t } from "/static/js/texts.js";
import { changed, desk, doubt, refreshCounter, refreshWaiting, takeIn } from "./desk.js";
import { noteDeed } from "./news.js";

const PATIENCE_MS = 2500;
const SENDING_MS = 250;
const LOST = ["network", "store_unavailable"];

let running = false;
const keys = new Map(); // of deeds whose answer was lost: pressing again repeats the same one

/**
 * What was refused last, or null: {where: "stage", "side" or "choose", sentence, status}. `look`: ""
 * for a refusal, "warn" for what may still succeed, "calm" for what is no failure. `lost`: no answer
 * came, so it is over when the line is back. `offer()`: {label, press} what can be done instead, or
 * null; `holds()`: whether it is still so.
 */
export let trouble = null;

let byKey = null; // the button that a shortcut stands for, while it is pressed

/** Do `deed` as if this button (or none) had been pressed, so that it shows that it was. */
export function pressing(button, deed) {
  byKey = button;
  deed();
  byKey = null;
}

/** The line is back: that it was lost is no longer so. */
export function lineIsBack() {
  if (trouble?.lost) trouble = null;
  changed();
}

/** Forget what was refused. */
export function clearTrouble() {
  trouble = null;
}

/** Show a sentence as if something had been refused. */
export function complain(sentence, where = "stage") {
  trouble = { where, sentence, status: 0, look: "" };
  changed();
}

/** Say something that is no failure, for as long as it `holds()`, perhaps with an `offer`. */
export function remark(sentence, { holds, offer = null }) {
  trouble = { where: "stage", sentence, status: 0, look: "calm", holds, offer };
  changed();
}

/**
 * Do something: POST to a path of the branch. Gives the answer (true for an empty one), or null
 * when it was refused or something else is still being done. `where` is where its press was seen.
 */
export async function act(path, body = {}, { where = "stage", number = "" } = {}) {
  if (running) return null;
  running = true;
  trouble = null;
  const done = showBusy();
  const patience = setTimeout(sayStillTrying, PATIENCE_MS, where);
  const what = `${path} ${JSON.stringify(body)}`;
  const key = keys.get(what) ?? newKey();
  try {
    const answer = await post(path, body, { key });
    trouble = null;
    keys.delete(what);
    return answer ?? true;
  } catch (error) {
    const lost = LOST.includes(error.code);
    if (lost) keys.set(what, key);
    else keys.delete(what);
    trouble = refusal(error, { where, number, lost });
    if (lost) doubt.check();
    return null;
  } finally {
    clearTimeout(patience);
    running = false;
    done();
    if (trouble) seeHowItStands();
  }
}

/** Do something to a visit and show what became of it; gives the visit or null. */
export async function actOn(visit, verb, body = {}, options = {}) {
  const path = `/visits/${visit.id}/${verb}`;
  const after = await act(path, body, { number: visit.number, ...options });
  if (after) settle(after, verb, body);
  return after;
}

/** Do something at the counter that gives a visit ("call-next", "serve"); null, visit or true. */
export async function actHere(verb, body = {}, options = {}) {
  const answer = await act(`/counters/${desk.counter.id}/${verb}`, body, options);
  if (answer && answer !== true) settle(answer, verb, body);
  return answer;
}

function settle(visit, verb, body) {
  noteDeed(visit, verb, body);
  takeIn(visit);
  showTheStage();
  refreshWaiting();
}

/** Put the focus where the next thing to do is read out and done. */
export function showTheStage() {
  document.querySelector("#stage-title")?.focus({ preventScroll: true });
  const narrow = matchMedia("(max-width: 64rem)").matches;
  if (narrow) scrollTo({ top: 0 });
}

// The press is repeated by itself while no answer comes; that may take a while.
function sayStillTrying(where) {
  trouble = { where, sentence: t("trying"), status: 0, look: "warn" };
  changed();
  doubt.check();
}

// Shows on the button that something is being done; gives what ends that.
function showBusy() {
  document.body.dataset.busy = "";
  const pressed = byKey ?? document.activeElement?.closest("button");
  if (!pressed) return showDone;
  const focused = pressed === document.activeElement;
  pressed.setAttribute("aria-busy", "true");
  pressed.disabled = true;
  const sayNoMore = saySending(pressed.querySelector(".button__label"));
  return () => {
    showDone();
    sayNoMore();
    pressed.disabled = false;
    pressed.removeAttribute("aria-busy");
    if (trouble && focused && pressed.isConnected) pressed.focus({ preventScroll: true });
  };
}

function showDone() {
  delete document.body.dataset.busy;
}

// An answer usually comes sooner than anybody could read.
function saySending(label) {
  if (!label) return () => {};
  const words = label.textContent;
  const timer = setTimeout(() => (label.textContent = t("sending")), SENDING_MS);
  return () => {
    clearTimeout(timer);
    label.textContent = words;
  };
}

function refusal(error, { where, number, lost }) {
  const { status, problem } = error;
  const login = status === 403 ? problem.login : undefined; // somebody else's, since the page came
  const sentence = login ? t("login.other", { name: login }) : sentenceOf(error, number);
  return { where, sentence, status, look: "", lost, login };
}

function sentenceOf(error, number) {
  const state = `wrong.${error.problem.state}`;
  if (error.code === "wrong_state" && number && has(state)) return t(state, { number });
  return error.sentence;
}

function seeHowItStands() {
  changed();
  refreshCounter();
  refreshWaiting();
}
