// Doing things: one at a time, shown at once, with a plain sentence where it was refused.

import { post } from "../api.js";
import { newKey } from "../page.js";
import { has, t } from "../texts.js";
import { changed, desk, doubt, refreshCounter, refreshWaiting, takeIn } from "./desk.js";
import { noteDeed } from "./news.js";

const PATIENCE_MS = 2500;
const LOST = ["network", "store_unavailable"];

let running = false;
const keys = new Map(); // of deeds whose answer was lost: pressing again repeats the same one

/** What was refused last: {where: "stage" or "side", sentence, status}; null for nothing. */
export let trouble = null;

/** Forget what was refused. */
export function clearTrouble() {
  trouble = null;
}

/** Show a sentence as if something had been refused. */
export function complain(sentence, where = "stage") {
  trouble = { where, sentence, status: 0 };
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
  const pressed = showBusy();
  const patience = setTimeout(sayStillTrying, PATIENCE_MS, where);
  const what = `${path} ${JSON.stringify(body)}`;
  const key = keys.get(what) ?? newKey();
  try {
    const answer = await post(path, body, { key });
    trouble = null;
    keys.delete(what);
    return answer ?? true;
  } catch (error) {
    if (LOST.includes(error.code)) keys.set(what, key);
    else keys.delete(what);
    trouble = { where, sentence: sentenceOf(error, number), status: error.status };
    return null;
  } finally {
    clearTimeout(patience);
    running = false;
    showDone(pressed);
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
  trouble = { where, sentence: t("trying"), status: 0, passing: true };
  changed();
  doubt.check();
}

function showBusy() {
  document.body.dataset.busy = "";
  const pressed = document.activeElement?.closest("button");
  pressed?.setAttribute("aria-busy", "true");
  if (pressed) pressed.disabled = true;
  return pressed;
}

function showDone(pressed) {
  delete document.body.dataset.busy;
  if (!pressed) return;
  pressed.disabled = false;
  pressed.removeAttribute("aria-busy");
  if (trouble && pressed.isConnected) pressed.focus({ preventScroll: true });
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
