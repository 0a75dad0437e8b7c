// Taking a number exactly once, taking it back, and what it means where that is refused.
//
// A press whose answer was lost may have made a ticket. It is kept, also over a reload, and pressing
// the same again within two minutes uses the same key and gets that ticket instead of another. An
// unclaimed ticket is then looked up by its key and leaves the queue: its number was never shown.

import { asApiError, get, post } from "/static/js/api.js";
import { newKey, page, store, stored } from "/static/js/page.js";

/** @import { ApiError } from "/static/js/api.js" */
/** @import { IssuedVisit, StaleReason, Visit } from "/static/js/types.d.ts" */
/**
 * A press that may have made a ticket: its service, its key and its time (ms).
 * @typedef {{ service: string, language: string, people?: number, key: string, at: number, id?: undefined }} Press
 */
/**
 * A visit that is to leave the queue, since when (ms).
 * @typedef {{ id: string, at: number, service?: undefined, key?: undefined }} Release
 */
/** @typedef {{ service: string, language: string, people?: number }} Wanted */
/**
 * The reason why no number can be given, and the seconds until the start comes back.
 * @typedef {{
 *   kind: string,
 *   seconds?: number,
 *   wanted?: Wanted,
 *   values?: Record<string, string>,
 * }} Trouble
 */

const CLAIM_MS = 120_000;
const LONGEST_MS = 3000; // the longest time without a message
const KEPT = `kiosk.presses.${page.branch}`;

/** @type {(Press | Release)[]} */
let unsettled = stored(KEPT) ?? [];

/**
 * The visit of a new ticket. After an error `error.isLost` returns whether it may exist.
 * @param {string} service
 * @param {string} language
 * @param {number} people
 * @returns {Promise<IssuedVisit>}
 * @throws {ApiError}
 */
export async function issue(service, language, people = 1) {
  const press = presses().find((one) => isSame(one, service, language, people)) ??
    { service, language, people, key: newKey(), at: Date.now() };
  keep([...unsettled.filter((one) => one !== press), press]);
  try {
    const several = people > 1 ? { people } : {};
    const body = { service, language, channel: "kiosk", follow: true, ...several };
    const visit = await post("/visits", body, { key: press.key, ...within() });
    forget(press);
    return visit;
  } catch (thrown) {
    const error = asApiError(thrown);
    if (!error.isLost) forget(press); // a refusal changed nothing: the next press is a new one
    throw error;
  }
}

/** The last press that may have made a ticket which can still be claimed, or null. */
export const unanswered = () => presses().findLast(isFresh) ?? null;

/**
 * Take a ticket back. A ticket whose end is unknown is taken back later.
 * @param {Visit} visit
 * @throws {ApiError}
 */
export async function takeBack(visit) {
  const own = { id: visit.id, at: Date.now() };
  keep([...unsettled, own]);
  try {
    await post(`/visits/${visit.id}/abandon`, {}, { key: `back-${visit.id}`, ...within() });
    forget(own);
  } catch (thrown) {
    const error = asApiError(thrown);
    if (!error.isLost) forget(own);
    throw error;
  }
}

/**
 * A visit as it is now.
 * @param {Visit} visit
 * @returns {Promise<Visit>}
 * @throws {ApiError}
 */
export const presentVisit = (visit) => get(`/visits/${visit.id}`, within());

/**
 * Want a service with a waiting ticket, for so many people; 0 takes it back. The same again changes
 * nothing.
 * @param {Visit} visit
 * @param {string} service
 * @param {number} people
 * @returns {Promise<Visit>}
 * @throws {ApiError}
 */
export const wantErrand = (visit, service, people) =>
  post(`/visits/${visit.id}/errands`, { service, people }, within());

/**
 * Ask not to be called before a time of today, such as "14:30"; null takes that back.
 * @param {Visit} visit
 * @param {string | null} time
 * @returns {Promise<Visit>}
 * @throws {ApiError}
 */
export const postpone = (visit, time) =>
  post(`/visits/${visit.id}/postpone`, { not_before: time }, within());

/**
 * Call a waiting ticket's number in another language from now on.
 * @param {Visit} visit
 * @param {string} language
 * @returns {Promise<Visit>}
 */
export const changeLanguage = (visit, language) =>
  post(`/visits/${visit.id}/language`, { language }, within());

/** Take unclaimed tickets out of the queue. A failed request stays for later. */
export async function releaseUnclaimed() {
  for (const one of unsettled.filter((each) => each.id || !isFresh(each))) {
    try {
      await release(one);
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.isLost || error.status === 429) return;
      // No ticket was made, or it was called meanwhile: nothing is left to do.
    }
    forget(one);
  }
}

/** @param {Press | Release} one */
async function release(one) {
  if (one.id) return await leave(one.id);
  const visit = await get("/visits/by-key", { query: { key: one.key } });
  if (visit.state === "waiting") await leave(visit.id);
}

/** @param {string} id */
const leave = (id) => post(`/visits/${id}/abandon`, {}, { key: `back-${id}` });

const within = () => ({ signal: AbortSignal.timeout(LONGEST_MS) });

const presses = () => unsettled.filter((one) => one.id === undefined);

/**
 * A clock that was set back makes a press look later than now: that one is not fresh either.
 * @param {Press | Release} press
 */
const isFresh = (press) => Math.abs(Date.now() - press.at) < CLAIM_MS;

/**
 * @param {Press} press
 * @param {string} service
 * @param {string} language
 * @param {number} people
 */
const isSame = (press, service, language, people) =>
  press.service === service && press.language === language && (press.people ?? 1) === people &&
  isFresh(press);

/** @param {Press | Release} press */
const forget = (press) => keep(unsettled.filter((one) => one !== press));

/** @param {(Press | Release)[]} now */
function keep(now) {
  unsettled = now;
  store(KEPT, unsettled);
}

const TRY_AGAIN_SECONDS = 25;
/** @type {Record<string, string>} */
const REFUSALS = {
  rate_limited: "limited",
  service_inactive: "gone",
  service_paused: "gone",
  service_closed: "gone",
  service_full: "gone",
  service_not_found: "gone",
  unauthenticated: "refused",
  forbidden: "refused",
  branch_not_found: "removed",
};

/**
 * The meaning of a refusal here; null for none: the closed screen follows from the state.
 * @param {Pick<ApiError, "code" | "retryAfter">} error
 * @returns {Trouble | null}
 */
export function troubleOf(error) {
  if (error.code === "branch_closed") return null;
  const kind = REFUSALS[error.code] ?? "failed";
  return { kind, seconds: Math.max(error.retryAfter ?? 0, TRY_AGAIN_SECONDS) };
}

/**
 * It is unknown whether the number was issued: pressing the same again shows it.
 * @param {Wanted} wanted
 * @returns {Trouble}
 */
export const unknownTrouble = (wanted) => ({ kind: "unknown", seconds: TRY_AGAIN_SECONDS, wanted });
