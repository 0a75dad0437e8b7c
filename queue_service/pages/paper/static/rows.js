// The rows of the table, in the form that is kept and sent: pure, so that they are tested without a
// browser.

/** @import { PaperRow, PaperVisit } from "/static/js/types.d.ts" */
/**
 * A row of the table; `end` is an outcome, or how it ended without one.
 * @typedef {{
 *   number: string, service: string, taken: string, called: string, started: string, done: string,
 *   end: string, counter: string, team: string,
 * }} Row
 */

export const TIMES = /** @type {const} */ (["taken", "called", "started", "done"]);
const ON_A_SHEET = 8;
const WITHOUT_OUTCOME = ["completed", "no_show", "abandoned"];

/** @returns {Row} */
export const emptyRow = (number = "") => ({
  number,
  service: "",
  taken: "",
  called: "",
  started: "",
  done: "",
  end: "",
  counter: "",
  team: "",
});

/**
 * Whether a row contains anything but the number: a number alone is only the one that comes next.
 * @param {Row} row
 */
export const isBlank = ({ number: _, ...rest }) =>
  Object.values(rest).every((value) => value.trim() === "");

/**
 * Whether a row has no outcome: a visit that was started or completed was helped.
 * @param {Row} row
 */
export const lacksEnd = ({ end, started, done }) => end === "" && !started.trim() && !done.trim();

/**
 * The number that follows on the sheet, "" after the last and after anything else.
 * @param {string} number
 */
export function nextNumber(number) {
  const [, sheet, place] = /^(\d+)-(\d)$/.exec(number.trim()) ?? [];
  return place && Number(place) < ON_A_SHEET ? `${sheet}-${Number(place) + 1}` : "";
}

/**
 * A number as it is meant: "14 3" and "14/3" are 14-3.
 * @param {string} written
 */
export const asNumber = (written) => written.trim().replace(/^(\d+)\s*[-–/ .]\s*(\d)$/, "$1-$2");

/**
 * The row as the interface takes it; empty fields are left out.
 * @param {Row} row
 * @returns {PaperRow}
 */
export function asSent({ end, number, ...rest }) {
  const told = Object.entries(rest).map(([name, value]) => [name, value.trim()]);
  const known = Object.fromEntries(told.filter(([, value]) => value !== ""));
  if (end === "" || WITHOUT_OUTCOME.includes(end)) {
    return { number: asNumber(number), ...known, ended: end || "completed" };
  }
  return { number: asNumber(number), ...known, ended: "completed", outcome: end };
}

/**
 * A ticket that was entered, as a row of the table.
 * @param {PaperVisit} kept
 * @returns {Row}
 */
export function asRow({ visit, times }) {
  const [inquiry] = visit.inquiries;
  const helped = visit.state === "completed";
  return {
    number: visit.number,
    service: visit.service,
    taken: times.taken,
    called: times.called ?? "",
    started: times.started ?? "",
    done: times.done ?? "",
    end: helped ? inquiry?.outcome ?? "completed" : visit.state,
    counter: visit.counter ?? "",
    team: visit.team ?? "",
  };
}

/**
 * The errors, by the index of the row and the field: "rows[2].taken" is 2 and "taken".
 * @param {{ field: string, reason: string }[]} errors
 * @returns {Map<number, Map<string, string>>}
 */
export function faultsByRow(errors) {
  const found = new Map();
  for (const { field, reason } of errors) {
    const [, index, name] = /^rows\[(\d+)\]\.?(.*)$/.exec(field) ?? [];
    if (index === undefined) continue;
    const row = found.get(Number(index)) ?? new Map();
    found.set(Number(index), row.set(name, reason));
  }
  return found;
}
