// The reception's data of its branch, and its requests.

import { asApiError, get, post } from "/static/js/api.js";
import { includes } from "/static/js/branch.js";
import { languageName } from "/static/js/languages.js";
import { page, pageData } from "/static/js/page.js";
import { stopOf } from "/static/js/interventions.js";
import { serverClock } from "/static/js/server-clock.js";
import { Presses } from "/static/js/requests.js";
import { language, t } from "/static/js/texts.js";
import { counterNamed, nameIn } from "/static/js/wording.js";

/** @import { BranchConfig, BranchState, CounterConfig, Need, PriorityReason, Visit } from "/static/js/types.d.ts" */
/** @typedef {{ branch: BranchConfig, next_opening: number | null, needs: Need[], reasons: PriorityReason[], undo_within_ms: number }} Data */

/** @type {Data} */
const data = pageData();

/** Every need and every reason there is, in the order in which they are offered. */
export const { needs: NEEDS, reasons: REASONS } = data;

/** For how long it can be taken back that somebody has left. */
export const { undo_within_ms: UNDO_WITHIN_MS } = data;

/** The state of the page. `state` is null until it is known. */
export const model = {
  branch: data.branch,
  state: /** @type {BranchState | null} */ (null),
  waiting: /** @type {Visit[]} */ ([]),
  waitingAt: 0, // when the server said so (ms)
  called: /** @type {Visit[]} */ ([]), // those called just now who need something
  trouble: "",
  lost: false,
};

/** The icon of a need. */
export const NEED_ICONS = /** @type {Record<Need, string>} */ ({
  seat: "seat",
  accessible_counter: "wheelchair",
  interpreter: "speech",
  hearing_loop: "ear",
});

/** Fetch the configuration, after an event said that it changed. */
export async function renewBranch() {
  /** @type {Data} */
  const answer = await get(`${location.origin}/reception/${page.branch}/setup`);
  model.branch = answer.branch;
}

/** The waiting visits, and the called visits with needs. */
export async function renewVisits() {
  const [waiting, called] = await Promise.all([
    get("/visits", { query: { state: "waiting" }, retry: false }),
    get("/visits", { query: { state: "called" }, retry: false }),
  ]);
  model.waiting = waiting.visits;
  model.waitingAt = serverClock.now();
  model.called = called.visits.filter((/** @type {Visit} */ { needs }) => needs.length > 0);
}

/** The services that can be chosen. */
export const services = () => model.branch.services.filter(({ active }) => active);

/** @param {string} id */
export const serviceName = (id, lang = language()) => nameIn(model.branch.services, id, lang);

/** @param {string | null} id */
export const counterName = (id) =>
  counterNamed(model.branch.counters.find((counter) => counter.id === id)?.name ?? id ?? "");

/** The counters that are open, as they are configured. */
export function openCounters() {
  const closed = new Set(
    model.state?.counters.filter(({ state }) => state === "closed").map(({ id }) => id),
  );
  return model.state ? model.branch.counters.filter(({ id }) => !closed.has(id)) : [];
}

/**
 * Whether a counter takes a service: by its own list and by that of the team that is there.
 * @param {CounterConfig} counter
 * @param {string} service
 */
export function takes(counter, service) {
  const team = model.state?.counters.find(({ id }) => id === counter.id)?.team;
  const theirs = model.branch.teams.find(({ id }) => id === team)?.services ?? ["*"];
  return includes(counter.services, service) && includes(theirs, service);
}

/** Whether the accessibility of any counter is configured. */
export const isSaid = () => model.branch.counters.some(({ accessible }) => accessible);

/** @param {string | null} id */
export const isAccessible = (id) =>
  model.branch.counters.find((counter) => counter.id === id)?.accessible === true;

/** @param {string} service */
export const isTaken = (service) =>
  model.state?.queues.find((queue) => queue.service === service)?.taken ?? true;

/**
 * Whether kiosks give no numbers for a service: it is paused, full, or outside its own hours.
 * @param {string} service
 */
export const isStopped = (service) =>
  stopOf(model.state, service, serverClock.now()) !== null ||
  (model.state?.closed_services ?? []).some((closed) => closed.service === service);

/**
 * The language that a citizen speaks, if it is not the branch's first.
 * @param {string} code
 */
export const spoken = (code) =>
  code === model.branch.languages[0] ? "" : languageName(code, language());

const presses = new Presses();

/**
 * Send what was pressed, once. Null if it is under way already, or was refused: then
 * `model.trouble` says why.
 * @param {string} path
 * @param {Record<string, unknown>} body
 * @param {string} lost what to say where no answer came
 * @returns {Promise<any>}
 */
export async function send(path, body = {}, lost = "") {
  try {
    const answer = await presses.send(`${path} ${JSON.stringify(body)}`, async (key) => {
      model.trouble = "";
      return await post(path, body, { key }) ?? {};
    });
    return answer ?? null;
  } catch (thrown) {
    const error = asApiError(thrown);
    model.trouble = error.isLost && lost ? lost : error.sentence;
    return null;
  }
}

/**
 * Forget presses whose response was lost: the next citizen is somebody else.
 * @param {string} path
 */
export const forgetLost = (path) => presses.forget(`${path} `);

/**
 * A need as an icon and a word.
 * @param {Need} need
 */
export const needWord = (need) => t(`need.${need}`);
