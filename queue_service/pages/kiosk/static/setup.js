// The kiosk's data of its branch: names, languages and hours.

import { serverClock } from "/static/js/server-clock.js";
import { asApiError, get } from "/static/js/api.js";
import { withinSentence } from "/static/js/languages.js";
import { pageData } from "/static/js/page.js";
import { language, named } from "/static/js/texts.js";

/** @import { KioskSetup } from "/static/js/types.d.ts" */

/** @type {KioskSetup} */
let newest = pageData();
serverClock.set(newest.at);

/** The latest response of /kiosk/<branch>/setup. */
export const setup = () => newest;

/**
 * A service's name in every language it has.
 * @param {string} id
 */
export const serviceNames = (id) => newest.names[id] ?? {};

/**
 * The coming hours of a service, which may be its own (ms).
 * @param {string} id
 */
export const hoursOf = (id) =>
  newest.service_hours?.[id] ?? newest.days.flatMap(({ spans }) => spans);

/**
 * Whether neither a slip nor a ticket on the screen says what it is for.
 * @param {string} id
 */
export const isPrivate = (id) => newest.private?.includes(id) ?? false;

/**
 * Whether the kiosk asks how many people a service is for.
 * @param {string} id
 */
export const asksPeople = (id) => canAsk() && newest.people?.includes(id) === true;

// The page has the question only if some service had it when it was loaded.
const canAsk = () => document.getElementById("people-numbers") !== null;

/**
 * The drawing of a service; "" without one.
 * @param {string} id
 */
export const pictogramOf = (id) => newest.pictograms?.[id] ?? "";

/** Whether the page has every drawing and question: one that is chosen later comes with a new page. */
export const hasDrawings = () =>
  (!newest.people || canAsk()) &&
  (!newest.bookings || document.getElementById("home-booked") !== null) &&
  Object.values(newest.pictograms ?? {}).every((name) =>
    document.getElementById(`i-p-${name}`) !== null
  );

/**
 * A service's name within a sentence.
 * @param {string} id
 */
export function nameInSentence(id) {
  return withinSentence(named(serviceNames(id)), language());
}

let elsewhere = false;

/** Whether numbers are issued elsewhere now: the reloaded page says so. */
export const isElsewhere = () => elsewhere;

/** Ask the server again; false when it does not answer: the former setup stays in use. */
export async function refreshSetup() {
  try {
    const page = location.origin + location.pathname.replace(/\/$/, "");
    /** @type {KioskSetup} */
    const answer = await get(`${page}/setup`, { retry: false });
    // Two may be under way, and the older of them may come last.
    if (answer.at >= newest.at) newest = answer;
    serverClock.set(newest.at);
    return true;
  } catch (error) {
    elsewhere = asApiError(error).status === 409;
    return false;
  }
}
