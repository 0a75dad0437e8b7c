// The way back to the start: counted down in sight, and put off by a touch or a key.

import { $, show } from "/static/js/page.js";
import { tn } from "/static/js/texts.js";

const TICK_MS = 250;
const AGAIN_SECONDS = 10; // said once more before the end

export class Countdown {
  #onEnd;
  #onWarn;
  /** @type {number[]} */
  #warnings = []; // at how many seconds it is still to be said
  #deadline = 0;
  #total = 0;
  #warning = 0;
  #shown = false;
  /** @type {number | null} */
  #heldAt = null; // since when it stands still (performance.now)
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * `onEnd` at the end; `onWarn` when it comes in sight, and once more shortly before the end.
   * @param {{ onEnd: () => void, onWarn: () => void }} hooks
   */
  constructor({ onEnd, onWarn }) {
    this.#onEnd = onEnd;
    this.#onWarn = onWarn;
    // Anyone who touches or types is there: the time begins again. An element in sight stays there,
    // so that "more time" does not go from under the finger that presses it.
    for (const name of ["pointerdown", "keydown"]) {
      addEventListener(name, () => this.#again(), { capture: true });
    }
  }

  /** Whole seconds left. */
  get left() {
    return Math.max(0, Math.ceil((this.#deadline - this.#now) / 1000));
  }

  /**
   * Count down; in sight once no more than `warning` seconds are left.
   * @param {number} seconds
   * @param {number} warning
   */
  start(seconds, warning) {
    this.#total = seconds;
    this.#warning = warning;
    this.#shown = false;
    this.#warnings = [warning, AGAIN_SECONDS];
    this.#deadline = this.#now + seconds * 1000;
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
    this.#draw();
  }

  /**
   * Give at least this many seconds from now. It can be asked for again and again.
   * @param {number} seconds
   */
  extend(seconds) {
    if (this.#timer === undefined) return;
    this.start(seconds, seconds);
  }

  /**
   * Stand still while the screen is read aloud, and go on afterwards with the time that was left.
   * @param {boolean} on
   */
  hold(on) {
    if (on) this.#heldAt ??= performance.now();
    else if (this.#heldAt !== null) {
      this.#deadline += performance.now() - this.#heldAt;
      this.#heldAt = null;
    }
  }

  get #now() {
    return this.#heldAt ?? performance.now();
  }

  /** Stop, out of sight. */
  stop() {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#shown = false;
    this.#draw();
  }

  #again() {
    if (this.#timer === undefined) return;
    const full = this.#now + this.#total * 1000;
    this.#deadline = Math.max(this.#deadline, full);
    this.#warnings = this.#shown ? [AGAIN_SECONDS] : [this.#warning, AGAIN_SECONDS];
    this.#draw();
  }

  #tick() {
    if (this.#now < this.#deadline) {
      this.#draw();
      return;
    }
    this.stop();
    this.#onEnd();
  }

  #draw() {
    if (this.#timer !== undefined && this.left <= this.#warning) this.#shown = true;
    show("#timer", this.#shown);
    if (!this.#shown) return;
    const due = this.#warnings.filter((seconds) => this.left <= seconds);
    this.#warnings = this.#warnings.filter((seconds) => this.left > seconds);
    if (due.length) this.#onWarn();
    const key = $("#main").dataset.shown === "ticket" ? "countdown.ticket" : "countdown";
    // A number and its unit stay in one line.
    $("#timer-text").textContent = tn(key, this.left).replace(/(\d) /, "$1\u00a0");
    $("#timer-left").style.setProperty("--share", String(Math.min(1, this.left / this.#warning)));
  }
}
