// Questions to a clerk before some commands. Each gives what goes to the API, or null for "never
// mind".

import { isHeld } from "/static/js/branch.js";
import { languageName } from "/static/js/languages.js";
import { $input, el } from "/static/js/page.js";
import { language, t, tn } from "/static/js/texts.js";
import { clock, timeCode } from "/static/js/times.js";
import { ask } from "./ask.js";
import {
  activeServices,
  configuration,
  counterName,
  OUTCOMES,
  serviceName,
  teamName,
} from "../branch.js";
import { isMyService, model, takenSomewhere } from "../model.js";
import { hint } from "../draw.js";

/** @import { Channel, Visit } from "/static/js/types.d.ts" */
/** @import { Group, Option } from "./ask.js" */

/** @param {string} id */
const itself = (id) => id;

const SOON_AS_POSSIBLE = 0;
const DELAYS_MINUTES = [SOON_AS_POSSIBLE, 2, 5, 10, 15, 30];

/**
 * The outcome of an inquiry that was not started.
 * @param {Visit} visit
 */
export const askOutcome = (visit) =>
  ask({
    title: t("ask.ended", { number: visit.number }),
    lead: t("ask.ended.note"),
    groups: [{ options: OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) })) }],
  });

/**
 * One more service at the same counter: {outcome, service}.
 * @param {Visit} visit
 */
export async function askContinue(visit) {
  const legend = t("ask.continue.ended", { service: serviceName(visit.service) });
  const outcome = outcomes(legend, OUTCOMES, "resolved");
  const service = await ask({
    title: t("ask.continue", { number: visit.number }),
    before: outcome.fieldset,
    groups: [services({ label: t("services"), value: itself })],
    wide: true,
  });
  return service === null ? null : { outcome: outcome.selected(), service };
}

/** Whether to call a citizen who was asked to come back on another day. */
export const askCarried = () =>
  ask({
    title: t("carried.ask"),
    lead: t("carried.ask.note"),
    groups: [{ options: [{ value: true, label: t("carried.call"), icon: "bell" }] }],
    careful: true,
  });

/**
 * The destination of a visit: {service}, {counter} or {team}, with an outcome when this inquiry is
 * done.
 * @param {Visit} visit
 * @returns {Promise<Record<string, string> | null>}
 */
export async function askTransfer(visit) {
  const legend = t("ask.transfer.done", { service: serviceName(visit.service) });
  const outcome = outcomes(legend, ["none", ...OUTCOMES], "none");
  const all = services({ label: t("services"), value: (id) => ({ service: id }), elsewhere: true });
  /** @type {Record<string, string> | null} */
  const target = await ask({
    title: t("ask.transfer", { number: visit.number }),
    lead: t("ask.transfer.note"),
    before: outcome.fieldset,
    groups: [
      { ...all, options: all.options.filter(({ value }) => !isMyService(value.service)) },
      { label: t("counters"), options: otherCounters() },
      { label: t("teams"), options: teams() },
      {
        ...all,
        label: t("services.mine"),
        lead: t("ask.transfer.back"),
        options: all.options.filter(({ value }) => isMyService(value.service)),
      },
    ],
    wide: true,
    careful: "unlikely",
  });
  if (!target || outcome.selected() === "none") return target;
  return { ...target, outcome: outcome.selected() };
}

/**
 * The service that was meant: {service}.
 * @param {Visit} visit
 */
export async function askReclassify(visit) {
  const service = await ask({
    title: t("ask.reclassify", { number: visit.number }),
    lead: t("ask.reclassify.note"),
    groups: [services({ except: visit.service, value: itself })],
    wide: true,
  });
  return service === null ? null : { service };
}

/**
 * When to be called again: {delay_seconds}.
 * @param {Visit} visit
 */
export async function askDelay(visit) {
  const label = (
    /** @type {number} */ n,
  ) => (n ? t("delay.minutes", { minutes: tn("minutes", n) }) : t("delay.none"));
  const options = DELAYS_MINUTES.map((n, i) => ({ number: i + 1, value: n, label: label(n) }));
  const minutes = await ask({
    title: t("ask.requeue", { number: visit.number }),
    lead: t("ask.requeue.note"),
    groups: [{ options: options.filter(({ value }) => isOfUse(value, visit)) }],
  });
  return minutes === null ? null : { delay_seconds: minutes * 60 };
}

/**
 * A time before which the citizen asks not to be called: {not_before}.
 * @param {Visit} visit
 * @param {number[]} times in ms
 */
export async function askNotBefore(visit, times) {
  const { timezone } = configuration();
  const options = times.map((at) => ({ value: timeCode(at, timezone), label: clock(at) }));
  const time = await ask({
    title: t("ask.postpone", { number: visit.number }),
    lead: t(times.length ? "ask.postpone.note" : "ask.postpone.none"),
    groups: [{ options, classes: "ask__choices--grid" }],
  });
  return time === null ? null : { not_before: time };
}

/**
 * A visit that waits for nothing but its turn is called as soon as possible already.
 * @param {number} minutes
 * @param {Visit} visit
 */
const isOfUse = (minutes, visit) =>
  minutes !== SOON_AS_POSSIBLE || visit.state !== "waiting" || isHeld(visit);

/**
 * The subject of a visit without a ticket: {service, channel}.
 * @param {Channel} channel
 */
export async function askServe(channel) {
  const service = await ask({
    title: t(`walkin.ask.${channel}`),
    groups: [services({ value: itself })],
    wide: true,
  });
  return service === null ? null : { service, channel };
}

/** The data of a new ticket: {service, channel, priority, language}. */
export async function askTicket() {
  const first = el("input", {
    type: "checkbox",
    dataset: { shortcut: "k" },
    "aria-keyshortcuts": "K",
  });
  const spoken = languages();
  const service = await ask({
    title: t("ask.ticket"),
    before: [
      el("label", { class: "check" }, first, t("ask.ticket.first"), hint("K")),
      spoken.fieldset,
    ],
    groups: [services({ elsewhere: true, value: itself })],
    wide: true,
  });
  const priority_reason = first.checked ? "cannot_wait" : null;
  return service &&
    { service, channel: "desk", priority_reason, language: spoken.selected(), follow: true };
}

function languages() {
  const { languages: codes } = configuration();
  const options = codes.map((
    code,
  ) => /** @type {[string, string | undefined]} */ ([code, languageName(code, language())]));
  const { fieldset, selected } = pills(t("ask.ticket.language"), "language", options, codes[0]);
  return { fieldset: codes.length > 1 && fieldset, selected };
}

/**
 * A service has the same key in every question, whatever is left out. `elsewhere`: it will wait for
 * whichever counter takes it, so that one which others take is likely.
 * @template T
 * @param {{
 *   label?: string,
 *   except?: string,
 *   elsewhere?: boolean,
 *   value: (id: string) => T,
 * }} which
 * @returns {Group<T>}
 */
function services({ label, except, elsewhere = false, value }) {
  const taken = (/** @type {string} */ id) => isMyService(id) || takenSomewhere(id);
  const options = activeServices().map(({ id }, index) => ({
    id,
    number: index + 1,
    value: value(id),
    label: serviceName(id),
    note: elsewhere && !taken(id) ? t("untaken") : null,
    likely: elsewhere && !isMyService(id) && takenSomewhere(id),
  }));
  const shown = options.filter(({ id }) => id !== except);
  return { label, options: shown, classes: "ask__choices--grid" };
}

/** The number of keys before those of counters: services have digits, counters begin at A. */
const beforeCounters = () => Math.max(9, activeServices().length);

/** @returns {Option<Record<string, string>>[]} */
function otherCounters() {
  const before = beforeCounters();
  const all = (model.state?.counters ?? []).map(({ id, number, state }, index) => ({
    id,
    open: state !== "closed" && state !== "paused",
    number: before + index + 1,
    value: { counter: id },
    label: counterName(id),
    note: t(`counter.${state}`, { number }),
    likely: true,
  }));
  return all.filter(({ id, open }) => open && id !== model.counter?.id);
}

/**
 * After the services and the counters, so that those keep their keys. A single team needs no
 * choice.
 * @returns {Option<Record<string, string>>[]}
 */
function teams() {
  const { teams: all, counters } = configuration();
  const before = beforeCounters() + counters.length;
  const options = all.map(({ id }, index) => ({
    number: before + index + 1,
    value: { team: id },
    label: teamName(id),
    note: teamNote(id),
  }));
  return options.length > 1 ? options : [];
}

/** @param {string} id */
function teamNote(id) {
  if (id === model.counter?.team) return t("ask.transfer.ours");
  const atWork = (model.state?.counters ?? []).some(({ state, team }) =>
    state !== "closed" && team === id
  );
  return atWork ? null : t("team.absent");
}

/**
 * @param {string} legend
 * @param {string[]} values
 * @param {string} preset
 */
function outcomes(legend, values, preset) {
  const words = (
    /** @type {string} */ value,
  ) => (value === "none" ? t("ask.transfer.no") : t(`outcome.${value}`));
  return pills(
    legend,
    "outcome",
    values.map((value) => /** @type {[string, string]} */ ([value, words(value)])),
    preset,
  );
}

/**
 * A choice of short answers, [value, words] each: the element, and a function that returns the
 * chosen one.
 * @param {string} legend
 * @param {string} name
 * @param {[string, string | undefined][]} options
 * @param {string} preset
 */
export function pills(legend, name, options, preset) {
  const radio = (/** @type {string} */ value) =>
    el("input", { type: "radio", name, value, checked: value === preset });
  const fieldset = el(
    "fieldset",
    { class: "pills wrap gap-2" },
    el("legend", {}, legend),
    options.map(([value, words]) =>
      el("label", { class: "pill option inline gap-2" }, radio(value), words)
    ),
  );
  const selected = () => $input("input:checked", fieldset).value;
  return { fieldset, selected };
}
