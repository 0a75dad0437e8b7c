// The calls of the branch, one for each number: those that are open, and the latest that were met.

const KEPT = 10; // of those that were met, and as many that were missed
/**
 * The states of visits that wait again, or have left: they are called no more.
 * @type {Set<string | null>}
 */
const BACK = new Set(["waiting", "abandoned"]);

/** @import { BranchState, VisitEvent } from "/static/js/types.d.ts" */
/**
 * A call: `at` is when it was last called (ms), `again` whether that was a recall, `open` whether it
 * still waits to be met, `silent` whether it
 * is only shown. `missed` is when it became a no-show (ms), else null.
 * @typedef {{
 *   number: string,
 *   counter: string | null,
 *   language: string | null,
 *   recalls: number,
 *   again: boolean,
 *   at: number,
 *   open: boolean,
 *   silent: boolean,
 *   missed: number | null,
 * }} Call
 */
/** @typedef {Pick<BranchState, "at" | "calls" | "missed" | "counters">} StateOfCalls */
/** @typedef {Omit<Call, "at" | "again"> & { called_at: string }} Entry in a state */

/** Every call that is shown. */
export class Calls {
  /** @type {Call[]} */
  #calls = []; // newest first
  /** @type {Map<string, number>} */
  #met = new Map(); // when a number was met by what the stream says: a state may be older
  #stateAt = 0; // the server's time of the last state

  /** The calls still to be met, newest first. */
  get open() {
    return this.#calls.filter((call) => call.open);
  }

  /** The calls that were met, newest first. */
  get met() {
    return this.#calls.filter((call) => !call.open);
  }

  /**
   * The missed calls whose place is kept for `window` ms from then on, newest first.
   * @param {number} now
   * @param {number} window
   */
  missed(now, window) {
    return this.#calls.filter(({ open, missed }) =>
      !open && missed !== null && now - missed < window
    );
  }

  /**
   * Whether a number is called and not met yet.
   * @param {string} number
   */
  isOpen(number) {
    return this.#calls.some((call) => call.open && call.number === number);
  }

  /**
   * The call of an event.
   * @param {string} name
   * @param {VisitEvent} data
   * @returns {Call}
   */
  static of(name, data) {
    return {
      number: data.number,
      counter: data.counter,
      language: data.language,
      recalls: data.recalls ?? 0,
      again: name === "visit.recalled",
      at: Date.parse(data.at),
      open: true,
      silent: data.silent ?? false,
      missed: null,
    };
  }

  /**
   * Take a call in, instead of an earlier one of the same number.
   * @param {Call} call
   */
  put(call) {
    const others = this.#calls.filter((other) => other.number !== call.number);
    const later = others.filter((other) => other.at > call.at);
    this.#keep([...later, call, ...others.slice(later.length)]);
  }

  /**
   * A number's visit went on to another state: its call is met, or taken back.
   * @param {string} number
   * @param {string} state
   * @param {number} at
   */
  leave(number, state, at) {
    if (state === "called") return;
    this.#met.set(number, at);
    const waits = state === "waiting";
    const missed = state === "no_show" ? at : null;
    this.#keep(
      this.#calls
        .filter((call) => call.number !== number || (!waits && call.at <= at))
        .map((call) => (call.number === number ? { ...call, open: false, missed } : call)),
    );
  }

  /**
   * Calls that a state has and the page lacks, oldest first; calls of another day are forgotten.
   * @param {StateOfCalls} state
   */
  news(state) {
    const at = Date.parse(state.at);
    const there = entries(state);
    const fresh = [...there.values()].map((entry) => this.#fresh(entry, at))
      .filter((call) => call !== null);
    // A call later than the state came over the stream while the state was under way.
    this.#calls = this.#calls
      .filter((call) => there.has(call.number) || call.at > at)
      .map((call) => this.#settled(call, there.get(call.number), at));
    for (const [number, when] of this.#met) if (when <= at) this.#met.delete(number);
    this.#stateAt = at;
    return fresh.sort((one, other) => one.at - other.at);
  }

  /**
   * @param {Call} call
   * @param {Entry | undefined} entry
   * @param {number} at
   */
  #settled(call, entry, at) {
    if (!entry || call.at > at) return call;
    if (this.#metAfter(call.number, at)) return { ...call, counter: entry.counter, open: false };
    return { ...call, counter: entry.counter, open: entry.open, missed: entry.missed };
  }

  /**
   * @param {string} number
   * @param {number} at
   */
  #metAfter = (number, at) => (this.#met.get(number) ?? 0) > at;

  /**
   * @param {Entry} entry
   * @param {number} stateAt
   * @returns {Call | null}
   */
  #fresh(entry, stateAt) {
    const known = this.#calls.find((call) => call.number === entry.number);
    const at = Date.parse(entry.called_at);
    const { called_at: _, ...rest } = entry;
    const call = { ...rest, again: entry.recalls > 0, at };
    if (this.#metAfter(entry.number, stateAt)) call.open = false;
    if (!known || at > known.at) return call;
    if (entry.recalls <= known.recalls) return null;
    // A state contains that it was called again, not when: some time after the last state.
    return { ...call, again: true, at: Math.max(known.at, this.#stateAt) };
  }

  /** @param {Call[]} calls */
  #keep(calls) {
    let met = 0;
    let missed = 0;
    this.#calls = calls.filter(({ open, missed: when }) =>
      open || (when === null ? (met += 1) : (missed += 1)) <= KEPT
    );
  }
}

/**
 * A state lists the last ten calls and those that were missed; a counter shows its call however
 * long ago that was.
 * @param {StateOfCalls} state
 */
function entries({ calls, missed = [], counters = [] }) {
  /** @type {Map<string, Entry>} */
  const found = new Map();
  for (const call of [...missed, ...calls]) {
    const at = call.missed_at ? Date.parse(call.missed_at) : null;
    if (!BACK.has(call.state)) found.set(call.number, { ...call, open: false, missed: at });
  }
  for (const { id, state, number, since, recalls, language, silent } of counters) {
    if (state !== "called" || number === null) continue;
    const called_at = since ?? found.get(number)?.called_at ?? "";
    found.set(number, {
      number,
      counter: id,
      called_at,
      recalls: recalls ?? 0,
      language,
      open: true,
      silent: silent ?? false,
      missed: null,
    });
  }
  return found;
}
