// The state of the page: its counter with the visits there, the branch's state, the waiting visits.

import { waitedSince } from "/static/js/branch.js";
import { serverClock } from "/static/js/server-clock.js";
import { get } from "/static/js/api.js";
import { oneAtATime } from "/static/js/requests.js";

/** @import { BranchState, CallReason, Counter, Visit } from "/static/js/types.d.ts" */

const AT_THE_COUNTER = ["called", "serving"];

/**
 * The counter as the API gives it (null: none chosen yet), the branch's state, and the waiting
 * visits in the order they would be called, as they were at `waitingAt` (ms). `why` is the reason
 * that the event of a call gave, by the visit's id; of a visit that was sent here, `applyVisit`
 * knows it before.
 * @type {{
 *   counter: Counter | null,
 *   state: BranchState | null,
 *   waiting: Visit[],
 *   waitingAt: number,
 *   why: Map<string, Omit<CallReason, "place">>,
 * }}
 */
export const model = {
  counter: null,
  state: null,
  waiting: [],
  waitingAt: 0,
  why: new Map(),
};

let changes = 0; // how many results of our own commands have been taken in
/** @type {Set<() => void>} */
const listeners = new Set();

/**
 * Call this after everything that may change what is shown.
 * @param {() => void} listener
 */
export const onChange = (listener) => listeners.add(listener);

/** Announce a change. */
export const changed = () => listeners.forEach((listener) => listener());

/**
 * The check for a server that seems not to answer (true: it does), and whether the connection is
 * lost; the page sets both.
 * @type {{ check: () => Promise<boolean> | undefined, lost: boolean }}
 */
export const connection = { check: () => undefined, lost: false };

/** "none" (no open counter), "free", "called", "serving" or "paused". */
export const mode = () => (model.counter?.open ? model.counter.state : "none");

/** The visit at the counter, or null. */
export const current = () => model.counter?.current ?? null;

/** The counter's state as a text that changes with every operation there. */
export function standing() {
  const { id, state, team, pause, current: visit } = model.counter ?? {};
  const { id: at, service, recalls, inquiries } = visit ?? {};
  return JSON.stringify([id, state, team, pause?.reason, at, service, recalls, inquiries?.length]);
}

/**
 * Whether the visit would come to this counter by "next". A waiting visit without a position is for
 * the other machine of a book bus' branch.
 * @param {Visit} visit
 */
export function isMine(visit) {
  if (visit.position === null) return false;
  if (visit.for_team) return visit.for_team === model.counter?.team;
  if (visit.for_counter) return visit.for_counter === model.counter?.id;
  return isMyService(visit.service);
}

/**
 * Whether this counter takes a service.
 * @param {string} service
 */
export const isMyService = (service) => model.counter?.services.includes(service) ?? false;

/**
 * Seconds of waiting until now.
 * @param {Visit} visit
 */
export const waitedSeconds = (visit) => waitedSince(visit, model.waitingAt);

/**
 * Whether some open counter takes the service.
 * @param {string} id
 */
export const takenSomewhere = (id) =>
  model.state?.queues.find(({ service }) => service === id)?.taken ?? true;

/** The counter, loaded again from the server. A result of our own command meanwhile is newer and is
 * kept. */
export const refreshCounter = oneAtATime(async () => {
  if (!model.counter) return;
  const before = changes;
  const counter = await fetchCounter(model.counter.id);
  if (before !== changes) {
    refreshCounter(); // once more; not awaited, for it waits for this one
    return;
  }
  if (counter.id !== model.counter?.id) return;
  model.counter = counter;
  changed();
});

/** The list of waiting visits, loaded again. */
export const refreshWaiting = oneAtATime(async () => {
  const { visits } = await get("/visits", { query: { state: "waiting" } });
  model.waiting = visits;
  model.waitingAt = serverClock.now();
  changed();
});

/**
 * A counter from the server; its time sets the page's clock.
 * @param {string} id
 * @returns {Promise<Counter>}
 */
export async function fetchCounter(id) {
  const requestedAt = performance.now();
  const counter = await get(`/counters/${encodeURIComponent(id)}`);
  serverClock.set(Date.parse(counter.at), requestedAt);
  return counter;
}

/**
 * Be at a counter from now on, or at none.
 * @param {Counter | null} counter
 */
export function setCounter(counter) {
  changes += 1;
  model.counter = counter;
  changed();
}

/**
 * Take in a visit after a command of our own.
 * @param {Visit} visit
 */
export function applyVisit(visit) {
  const { counter } = model;
  changes += 1;
  noteWhereSent(model.waiting.find((one) => one.id === visit.id));
  model.waiting = model.waiting.filter((one) => one.id !== visit.id);
  if (counter) model.counter = withVisit(counter, visit);
  changed();
}

/**
 * A page that was opened a moment ago may call before it hears events, and then hears none of this.
 * @param {Visit | undefined} waited
 */
function noteWhereSent(waited) {
  const to = waited?.for_team ? `team:${waited.for_team}` : waited?.for_counter;
  if (waited && to) {
    model.why.set(waited.id, { queue: `@${to}`, head_start_seconds: 0, chosen: false });
  }
}

/**
 * @param {Counter} counter
 * @param {Visit} visit
 * @returns {Counter}
 */
function withVisit(counter, visit) {
  const here = visit.counter === counter.id;
  const parked = counter.parked.filter((one) => one.id !== visit.id);
  if (here && visit.state === "parked") parked.push(visit);
  const gone = counter.current?.id === visit.id ? null : counter.current;
  const at = here && AT_THE_COUNTER.includes(visit.state) ? visit : gone;
  const state = at?.state ?? withoutVisit(counter);
  const pause = state === "paused" ? begun(counter) : counter.pause;
  return { ...counter, state: /** @type {Counter["state"]} */ (state), pause, parked, current: at };
}

/**
 * The counter once its visit has left; a pause that was waiting for that begins.
 * @param {Counter} counter
 */
function withoutVisit({ open, pause }) {
  if (pause) return "paused";
  return open ? "free" : "closed";
}

/**
 * @param {Counter} counter
 * @returns {Counter["pause"]}
 */
const begun = ({ pause }) =>
  pause && { ...pause, since: pause.since ?? new Date(serverClock.now()).toISOString() };

/**
 * Whether an event is about this counter or about a visit that was here.
 * @param {{ id: string, counter?: string | null }} data
 */
export function isAboutUs(data) {
  const { counter } = model;
  if (!counter) return false;
  if (data.counter === counter.id || data.id === counter.id) return true;
  return [counter.current, ...counter.parked].some((visit) => visit && visit.id === data.id);
}
