// What the page knows: its counter with the visits there, the branch's state, who waits.

import { get } from "/static/js/api.js";
import { serverClock } from "/static/js/server-clock.js";
import { single } from "./single.js";

const AT_THE_COUNTER = ["called", "serving"];

/**
 * The counter's document as the API gives it (null: none chosen yet), the state document, the
 * waiting visits in the order they would be called. `why` is the reason the event of a call gave,
 * by the visit's id.
 */
export const desk = {
  counter: null,
  state: null,
  waiting: [],
  waitingAt: 0,
  why: new Map(),
};

let deeds = 0; // how many answers of our own have been taken in
const listeners = new Set();

/** Call this after everything that may change what is shown. */
export const onChange = (listener) => listeners.add(listener);

/** Tell everybody that something changed. */
export const changed = () => listeners.forEach((listener) => listener());

/** What to do when the server seems not to answer; the page sets it. */
export const doubt = { check: () => {} };

/** "none" (no open counter), "free", "called" or "serving". */
export const mode = () => (desk.counter?.open ? desk.counter.state : "none");

/** The visit at the counter, or null. */
export const current = () => desk.counter?.current ?? null;

/** Whether the visit would come to this counter by "next". */
export function isMine(visit) {
  if (visit.for_team) return visit.for_team === desk.counter?.team;
  if (visit.for_counter) return visit.for_counter === desk.counter?.id;
  return desk.counter?.services.includes(visit.service) ?? false;
}

/** Whether the visit is skipped for now, because the citizen asked to come later. */
export const isHeld = (visit) =>
  visit.held_until !== null && Date.parse(visit.held_until) > serverClock.now();

/** Whether some open counter takes the service. */
export const takenSomewhere = (id) =>
  desk.state?.queues.find(({ service }) => service === id)?.taken ?? true;

/** The counter anew from the server. What our own deed said in between is newer and is kept. */
export const refreshCounter = single(async () => {
  if (!desk.counter) return;
  const before = deeds;
  const told = await lookAt(desk.counter.id);
  if (before !== deeds) {
    refreshCounter(); // once more; not awaited, for it waits for this one
    return;
  }
  if (told.id !== desk.counter?.id) return;
  desk.counter = told;
  changed();
});

/** The list of those who wait, anew. */
export const refreshWaiting = single(async () => {
  const { visits } = await get("/visits", { query: { state: "waiting" } });
  desk.waiting = visits;
  desk.waitingAt = serverClock.now();
  changed();
});

/** A counter's document; its time sets the page's clock. */
export async function lookAt(counterId) {
  const asked = performance.now();
  const told = await get(`/counters/${encodeURIComponent(counterId)}`);
  serverClock.set(Date.parse(told.at), asked);
  return told;
}

/** Be at a counter from now on (its document), or at none (null). */
export function sitAt(counter) {
  deeds += 1;
  desk.counter = counter;
  changed();
}

/** Take in what a deed of our own said about a visit. */
export function takeIn(visit) {
  const { counter } = desk;
  deeds += 1;
  desk.waiting = desk.waiting.filter((one) => one.id !== visit.id);
  if (counter) desk.counter = withVisit(counter, visit);
  changed();
}

function withVisit(counter, visit) {
  const here = visit.counter === counter.id;
  const parked = counter.parked.filter((one) => one.id !== visit.id);
  if (here && visit.state === "parked") parked.push(visit);
  const gone = counter.current?.id === visit.id ? null : counter.current;
  const at = here && AT_THE_COUNTER.includes(visit.state) ? visit : gone;
  const state = at?.state ?? (counter.open ? "free" : "closed");
  return { ...counter, state, parked, current: at };
}

/** Whether an event is about this counter or about a visit that was here. */
export function concernsUs(data) {
  const { counter } = desk;
  if (!counter) return false;
  if (data.counter === counter.id || data.id === counter.id) return true;
  return [counter.current, ...counter.parked].some((visit) => visit && visit.id === data.id);
}
