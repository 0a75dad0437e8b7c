// What the counter knows of its branch: names, services, teams and goals.

import { get } from "/static/js/api.js";
import { pageData } from "/static/js/page.js";
import { placeName } from "/static/js/places.js";
import { language, named } from "/static/js/texts.js";

let { branch } = pageData();

/** How long a completion can be taken back, in milliseconds. */
export const UNDO_WITHIN_MS = pageData().undo_within_ms;

/** The newest configuration known. */
export const configuration = () => branch;

/** Fetch the configuration, after an event said that it changed. */
export async function renewBranch() {
  branch = await get("");
}

const find = (list, id) => list.find((one) => one.id === id);

/** A service's name in the page's language, or in another. */
export const serviceName = (id, lang = language()) =>
  named(find(branch.services, id)?.name ?? { da: id }, lang);

/** A counter's name in the page's language; one for all like "Skranke 1" is put into it. */
export function counterName(id) {
  const name = find(branch.counters, id)?.name ?? id ?? "";
  return typeof name === "string" ? placeName(name) : named(name);
}

/** A team's name in the page's language; "" for no team. */
export const teamName = (id) => (id ? named(find(branch.teams, id)?.name ?? { da: id }) : "");

/** The services that are switched on, in the branch's order. */
export const activeServices = () => branch.services.filter((service) => service.active);

const has = (list, id) => list.includes("*") || list.includes(id);

/** The services a counter takes with a team ("" for none). */
export function takes(counterId, teamId) {
  const own = find(branch.counters, counterId)?.services ?? [];
  const theirs = find(branch.teams, teamId)?.services ?? ["*"];
  return activeServices().filter(({ id }) => has(own, id) && has(theirs, id));
}

/** The strictest goal for handling this service, in seconds; null without one. */
export function goalSeconds(serviceId) {
  const thresholds = branch.goals
    .filter((goal) => goal.indicator === "handling_time_within" && has(goal.services, serviceId))
    .map((goal) => goal.threshold_seconds);
  return thresholds.length ? Math.min(...thresholds) : null;
}
