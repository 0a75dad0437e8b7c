// Calls of one moment are announced together: one chime, then each is read aloud in its turn.

import { pause } from "/static/js/page.js";

const TOGETHER_MS = 5000; // a call this soon after the chime needs no chime of its own
const EACH_MS = 1500; // at least so long each, also if no voice reads it
const HOLD_MS = 6000; // a round stays marked at least so long
const LONGEST_HOLD_MS = 15_000;
const NEXT_HOLD_MS = 4000; // and only so long where others wait for their round
const UNHEARD_EXTRA_MS = 2000; // eyes need longer without a sound
const QUIET_EXTRA_MS = 6000; // a silent call is shown alone, and for longer
const STEP_MS = 250;
const HURRIED = 3;

/** @import { Call } from "./calls.js" */
/**
 * `ring` and `read` make a round audible and return whether they could; `show` is called when a
 * call's turn comes, `changed` when a round grows or ends, and `isOpen` returns whether a call is
 * still unanswered: one that is met is not read. `isQuiet` returns whether a call is silent.
 * @typedef {{
 *   ring: (kind: "call" | "again") => Promise<boolean>,
 *   read: (call: Call, how: { hurried: boolean }) => Promise<boolean>,
 *   show: (call: Call) => void,
 *   changed: () => void,
 *   isOpen: (number: string) => boolean,
 *   isQuiet: (call: Call) => boolean,
 * }} Hooks
 */

/** Announces calls in rounds. */
export class Announcer {
  #hooks;
  /** @type {Call[]} */
  #queue = [];
  #running = false;

  /**
   * The calls that are announced together now, in order.
   * @type {Call[]}
   */
  round = [];
  /**
   * The call that is being read aloud, or null.
   * @type {Call | null}
   */
  current = null;

  /** @param {Hooks} hooks */
  constructor(hooks) {
    this.#hooks = hooks;
  }

  /** The calls that are being announced or wait for it, in order; one for each number. */
  get calls() {
    const waiting = new Set(this.#queue.map(({ number }) => number));
    return [...this.round.filter(({ number }) => !waiting.has(number)), ...this.#queue];
  }

  /**
   * Announce a call: with the calls of this moment, or after them.
   * @param {Call} call
   */
  add(call) {
    this.#queue = [...this.#queue.filter(({ number }) => number !== call.number), call];
    if (!this.#running) this.#run();
  }

  async #run() {
    this.#running = true;
    try {
      // A round that fails is reported, and the next one begins: the calls go on.
      while (this.#queue.length > 0) await this.#announce().catch(reportError);
    } finally {
      this.#running = false;
    }
  }

  async #announce() {
    try {
      await this.#play();
    } finally {
      this.round = [];
      this.current = null;
      this.#hooks.changed();
    }
  }

  async #play() {
    const begun = performance.now();
    this.#join();
    const again = this.round.every((call) => call.again);
    let audible = !this.quiet && await this.#hooks.ring(again ? "again" : "call");
    for (let read = 0;; read += 1) {
      if (performance.now() - begun < TOGETHER_MS) this.#join();
      if (read >= this.round.length) break;
      const call = this.round[read];
      if (this.#hooks.isOpen(call.number)) audible = (await this.#read(call, read)) || audible;
    }
    this.current = null;
    this.#hooks.changed();
    await this.#hold(begun, audible);
  }

  /** Whether the calls of this round are only to be seen; those that are heard have rounds of their own. */
  get quiet() {
    return this.round.length > 0 && this.#hooks.isQuiet(this.round[0]);
  }

  // A number that is called again within the round has its turn in the next one.
  #join() {
    const there = new Set(this.round.map(({ number }) => number));
    const [first = this.#queue[0]] = this.round;
    const waits = (/** @type {Call} */ call) =>
      there.has(call.number) || this.#hooks.isQuiet(call) !== this.#hooks.isQuiet(first);
    const [later, now] = [true, false].map((known) =>
      this.#queue.filter((call) => waits(call) === known)
    );
    if (now.length === 0) return;
    this.round = [...this.round, ...now];
    this.#queue = later;
    this.#hooks.changed();
  }

  /**
   * @param {Call} call
   * @param {number} index
   */
  async #read(call, index) {
    const begun = performance.now();
    this.current = call;
    this.#hooks.show(call);
    const left = this.round.length - index - 1;
    const audible = !this.quiet && await this.#hooks.read(call, { hurried: left >= HURRIED });
    if (left > 0) await pause(Math.max(0, EACH_MS - (performance.now() - begun)));
    return audible;
  }

  /**
   * @param {number} begun
   * @param {boolean} audible
   */
  async #hold(begun, audible) {
    const many = HOLD_MS + EACH_MS * (this.round.length - 1) +
      (audible ? 0 : UNHEARD_EXTRA_MS) + (this.quiet ? QUIET_EXTRA_MS : 0);
    const hold = () => this.#queue.length > 0 ? NEXT_HOLD_MS : Math.min(many, LONGEST_HOLD_MS);
    while (performance.now() - begun < hold()) await pause(STEP_MS);
  }
}
