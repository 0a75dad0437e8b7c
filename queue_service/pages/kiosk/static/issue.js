// Taking a number exactly once, and taking it back.
//
// A press whose answer was lost may have made a ticket. It is kept, also over a reload, and pressing
// the same again within two minutes uses the same key and gets that ticket instead of another. What
// nobody has claimed by then is looked up by its key and leaves the queue: nobody holds its number.

import { get, post } from "/static/js/api.js";
import { newKey, page } from "/static/js/page.js";

const CLAIM_MS = 120_000;
const LONGEST_MS = 3000; // nobody stands before a silent screen for longer
const KEPT = `kiosk.presses.${page.branch}`;

let presses = kept();

/** The visit of a new ticket; raises ApiError, and then `lost(error)` tells whether it may exist. */
export async function issue(service, language) {
  const press = presses.find((one) => same(one, service, language)) ?? {
    service,
    language,
    key: newKey(),
    at: Date.now(),
  };
  keep([...presses.filter((one) => one !== press), press]);
  try {
    const body = { service, language, channel: "kiosk" };
    const visit = await post("/visits", body, { key: press.key, ...within() });
    forget(press);
    return visit;
  } catch (error) {
    if (!lost(error)) forget(press); // a refusal changed nothing: the next press is a new one
    throw error;
  }
}

/** Whether nobody knows what became of a request that failed like this. */
export const lost = (error) =>
  error.code === "network" || error.code === "store_unavailable" || error.status >= 500;

/** The last press that may have made a ticket which can still be claimed, or null. */
export const unanswered = () => presses.findLast((one) => one.service && fresh(one)) ?? null;

/** Take a ticket back; raises ApiError. One that nobody knows the end of is taken back later. */
export async function takeBack(visit) {
  const own = { id: visit.id, at: Date.now() };
  keep([...presses, own]);
  try {
    await post(`/visits/${visit.id}/abandon`, {}, { key: `back-${visit.id}`, ...within() });
    forget(own);
  } catch (error) {
    if (!lost(error)) forget(own);
    throw error;
  }
}

/** A visit as it is now; raises ApiError. */
export const presentVisit = (visit) => get(`/visits/${visit.id}`, within());

/** Call a waiting ticket's number in another language from now on. */
export const changeLanguage = (visit, language) =>
  post(`/visits/${visit.id}/language`, { language }, within());

/** Take what nobody has claimed out of the queue. What the line does not let through stays for later. */
export async function releaseUnclaimed() {
  for (const press of presses.filter((one) => !fresh(one) || one.id)) {
    try {
      const visit = press.id ? press : await get("/visits/by-key", { query: { key: press.key } });
      if (press.id || visit.state === "waiting") {
        await post(`/visits/${visit.id}/abandon`, {}, { key: `back-${visit.id}` });
      }
    } catch (error) {
      if (lost(error) || error.status === 429) return;
      // No ticket was made, or it was called meanwhile: nothing is left to do.
    }
    forget(press);
  }
}

const within = () => ({ signal: AbortSignal.timeout(LONGEST_MS) });
// A clock that was set back makes a press look later than now: that one is not fresh either.
const fresh = (press) => Math.abs(Date.now() - press.at) < CLAIM_MS;
const same = (press, service, language) =>
  press.service === service && press.language === language && fresh(press);
const forget = (press) => keep(presses.filter((one) => one !== press));

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? [];
  } catch {
    return []; // a browser that keeps nothing
  }
}

function keep(now) {
  presses = now;
  try {
    localStorage.setItem(KEPT, JSON.stringify(presses));
  } catch {
    // Then they last until the page is loaded anew.
  }
}
