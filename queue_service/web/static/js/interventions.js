// The interventions of supervisors that are in force by the server's clock.

/** @import { BoardQueue, BranchState, Intervention, ServiceHours } from "./types.d.ts" */
/** @typedef {Pick<BranchState, "interventions"> | null} Known */
/** @typedef {Pick<Intervention, "ends_at"> & { kind?: Intervention["kind"] }} Stop */

/**
 * The interventions in force, of one kind or of all. Ended ones are left out.
 * @param {Known} state
 * @param {number} now the server's time (ms)
 * @param {Intervention["kind"] | null} kind
 */
export const inForce = (state, now, kind = null) =>
  (state?.interventions ?? []).filter((one) =>
    (kind === null || one.kind === kind) && Date.parse(one.ends_at) > now
  );

/**
 * The reason why kiosks give no number for a service: its own hours (then without a kind), a pause,
 * or a cap that is reached; else null.
 * @param {Known} state
 * @param {string} service
 * @param {number} now
 * @param {ServiceHours} hours
 * @returns {Stop | null}
 */
export const stopOf = (state, service, now, hours = {}) =>
  outside(hours[service], now) ??
    inForce(state, now).find(({ kind, full, services }) =>
      services.includes(service) && (kind === "pause_service" || (kind === "cap_service" && full))
    ) ?? null;

/**
 * A service outside its own hours, which is so until it opens next; "" if that is not known.
 * @param {[number, number][] | undefined} spans
 * @param {number} now
 */
function outside(spans, now) {
  if (!spans || spans.some(([from, to]) => from <= now && now < to)) return null;
  const next = spans.find(([from]) => from > now);
  return { ends_at: next ? new Date(next[0]).toISOString() : "" };
}

const ON_SCREENS = ["announcement", "not_today"];

/**
 * The announcements for a kind of screen, the oldest first; also that numbers are not reached today.
 * @param {Known} state
 * @param {"kiosk" | "display"} screen
 * @param {number} now
 */
export const announcementsFor = (state, screen, now) =>
  inForce(state, now).filter(({ kind, screens }) =>
    ON_SCREENS.includes(kind) && screens.includes(screen)
  );

/**
 * Whether the branch is closed for the day and waiting visits are carried over.
 * @param {Known} state
 * @param {number} now
 */
export const isCarriedOver = (state, now) => inForce(state, now, "carry_over").length > 0;

/**
 * The fate of open tickets once no more are issued: "carried" over, "called" to an open counter,
 * or, if none is open any more, up to the "staff".
 * @param {Pick<BranchState, "interventions" | "counters">} state
 * @param {number} now
 */
export function afterClosing(state, now) {
  if (isCarriedOver(state, now)) return "carried";
  return state.counters.every(({ state: stands }) => stands === "closed") ? "staff" : "called";
}

/**
 * Seconds that the first in a queue has waited; null for an empty queue. The wait of who is carried
 * over is paused until the branch opens again, and their `since` lies so long before that.
 * @param {Pick<BoardQueue, "since" | "carried_to">} queue
 * @param {number} now
 */
export function waited({ since, carried_to: carried }, now) {
  if (since === null) return null;
  return (Math.max(now, carried === null ? now : Date.parse(carried)) - Date.parse(since)) / 1000;
}
