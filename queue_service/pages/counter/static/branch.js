// The counter's view of its branch: names, services, teams, goals, and opening hours.

import { includes } from "/static/js/branch.js";
import { serverClock } from "/static/js/server-clock.js";
import { asApiError, get } from "/static/js/api.js";
import { languageName } from "/static/js/languages.js";
import { when } from "/static/js/opening-hours.js";
import { page, pageData } from "/static/js/page.js";
import { oneAtATime } from "/static/js/requests.js";
import { language, t } from "/static/js/texts.js";
import { counterNamed, nameIn } from "/static/js/wording.js";
import { forgetDrawn } from "./draw.js";
import { model } from "./model.js";

/** @import { BranchConfig, CounterData, Visit } from "/static/js/types.d.ts" */

/** @type {CounterData} */
const data = pageData();
let { branch, next_opening: nextOpening, pause_reasons: reasons, taken_over: takenOver } = data;

/** How an inquiry can end, in the order of their keys. */
export const OUTCOMES = data.outcomes ?? [];

/** How long a completion can be taken back, in milliseconds. */
export const UNDO_WITHIN_MS = data.undo_within_ms;

/** How long a start can be taken back, in milliseconds. */
export const UNDO_START_WITHIN_MS = data.undo_start_within_ms;

/** When the login ends (ms), however much it is used; null for a token. */
export const loginEndsAt = data.login_ends_at ?? null;

/** The newest configuration known. */
export const configuration = () => branch;

/** The reasons of pauses, in the branch's order; none on a page of several branches. */
export const pauseReasons = () => reasons ?? [];

/**
 * A reason's name in the page's language.
 * @param {string} id
 */
export const reasonName = (id) => nameIn(pauseReasons(), id);

/** Whether the central server runs the branch of this bus now. */
export const isTakenOver = () => takenOver;

/** Fetch the configuration, after an event said that it changed, and have its names drawn. */
export async function renewBranch() {
  const before = JSON.stringify(branch);
  branch = await get("");
  if (JSON.stringify(branch) !== before) forgetDrawn();
}

/**
 * How many seconds earlier a visit is queued for its booking, by the present configuration; 0 for one
 * that came late, undefined if that cannot be said: its citizen asked for a later time.
 * @param {Visit} visit
 */
export function bookedHeadStart(visit) {
  const { booked_for: at, issued_at: issued, not_before: postponed } = visit;
  if (!branch.bookings || at === null || postponed) return undefined;
  if (visit.came_late) return 0;
  return Math.max(branch.bookings.head_start_seconds, (Date.parse(issued) - Date.parse(at)) / 1000);
}

/**
 * @template {{ id: string }} T
 * @param {T[]} list
 * @param {string | null | undefined} id
 */
const byId = (list, id) => list.find((one) => one.id === id);

/**
 * A service's name in the page's language, or in another.
 * @param {string} id
 */
export const serviceName = (id, lang = language()) => nameIn(branch.services, id, lang);

/**
 * A counter's name in the page's language; one for all like "Skranke 1" is put into it.
 * @param {string | null} id
 */
export const counterName = (id) => counterNamed(byId(branch.counters, id)?.name ?? id ?? "");

/**
 * A team's name in the page's language; "" for no team.
 * @param {string | null} id
 */
export const teamName = (id) => id ? nameIn(branch.teams, id) : "";

/**
 * "Speaks English", where that is worth saying; "" for the language most speak here, the branch's
 * first.
 * @param {Pick<Visit, "language">} visit
 */
export function spokenLanguage({ language: lang }) {
  if (lang === branch.languages[0]) return "";
  return t("called.speaks", { language: languageName(lang, language()) });
}

/** The services that are switched on, in the branch's order. */
export const activeServices = () => branch.services.filter((service) => service.active);

/**
 * The services that a counter of a branch takes with a team ("" for none).
 * @param {BranchConfig} where
 * @param {string | null} counterId
 * @param {string | null} teamId
 */
export function takesIn({ services, counters, teams }, counterId, teamId) {
  const own = byId(counters, counterId)?.services ?? [];
  const theirs = byId(teams, teamId)?.services ?? ["*"];
  return services.filter(({ active, id }) => active && includes(own, id) && includes(theirs, id));
}

/**
 * The services a counter takes with a team ("" for none).
 * @param {string | null} counterId
 * @param {string | null} teamId
 */
export const takes = (counterId, teamId) => takesIn(branch, counterId, teamId);

/**
 * Whether a goal judges a service: one for all services leaves out what is collected.
 * @param {{ services: string[] }} goal
 * @param {string} serviceId
 */
const judges = ({ services }, serviceId) =>
  services.includes(serviceId) || (includes(services, serviceId) && !collects(serviceId));

/** @param {string} id */
const collects = (id) => branch.services.some((one) => one.id === id && one.collects);

/**
 * The strictest goal for handling this service, in seconds; null without one.
 * @param {string} serviceId
 */
export function goalSeconds(serviceId) {
  const thresholds = branch.goals
    .filter((goal) => goal.indicator === "handling_time_within" && judges(goal, serviceId))
    .map((goal) => goal.threshold_seconds ?? Infinity);
  return thresholds.length ? Math.min(...thresholds) : null;
}

/** Ask again when it opens: the server knows the calendar. */
export const renewHours = oneAtATime(async () => {
  const address = `${location.origin}/counter/${encodeURIComponent(page.branch)}/hours`;
  try {
    ({ next_opening: nextOpening, pause_reasons: reasons, taken_over: takenOver } = await get(
      address,
    ));
  } catch (error) {
    if (asApiError(error).status === 409) location.reload(); // it is run elsewhere, and the page says so
  }
});

/** "Closed – opens Thursday at 14:00", or "" while the branch is open. */
export function closedSentence() {
  if (model.state === null || model.state.open) return "";
  if (nextOpening === null) return t("closed");
  if (nextOpening <= serverClock.now()) renewHours(); // one that is over; until then it is the best there is
  const opening = when(nextOpening, { timezone: branch.timezone, now: serverClock.now() });
  return t("closed.until", { when: opening });
}

/**
 * Whether a visit is for more than the inquiry at hand.
 * @param {Visit} visit
 */
export const moreErrands = ({ wanted }) => wanted.reduce((n, { people }) => n + people, 0) > 1;

/**
 * The errands of a visit that are not done yet, in words.
 * @param {Visit} visit
 */
export const errandsWords = ({ service, wanted }) =>
  wanted.length === 0 ? serviceName(service) : wanted
    .map(({ service: id, people }, index) => {
      const name = serviceName(id);
      const several = people > 1 ? t("errand.several", { service: name, n: String(people) }) : name;
      return index ? t("errand.then", { errand: several }) : several;
    })
    .join(", ");

/**
 * The service of the errand after the inquiry at hand; null without one.
 * @param {Visit} visit
 */
export const nextErrand = ({ wanted: [first, second] }) =>
  (first?.people ?? 0) > 1 ? first.service : second?.service ?? null;
