// The way back to the start: counted down in sight, and put off by anybody who is still there.

import { $ } from "/static/js/page.js";
import { tn } from "/static/js/texts.js";

const TICK_MS = 250;
const AGAIN_SECONDS = 10; // said once more before the end

export class Countdown {
  #onEnd;
  #onWarn;
  #said = []; // at how many seconds it is still to be said
  #deadline = 0;
  #total = 0;
  #warning = 0;
  #shown = false;
  #timer = null;

  /** `onEnd` at the end; `onWarn` when it comes in sight, and once more shortly before the end. */
  constructor({ onEnd, onWarn }) {
    this.#onEnd = onEnd;
    this.#onWarn = onWarn;
    // Whoever touches or types is there: the time begins again. What is in sight stays there, so that
    // "more time" does not go from under the finger that presses it.
    for (const sign of ["pointerdown", "keydown"]) {
      addEventListener(sign, () => this.#again(), { capture: true });
    }
  }

  /** Whole seconds left. */
  get left() {
    return Math.max(0, Math.ceil((this.#deadline - performance.now()) / 1000));
  }

  /** Count down; in sight once no more than `warning` seconds are left. */
  start(seconds, warning) {
    this.#total = seconds;
    this.#warning = warning;
    this.#shown = false;
    this.#said = [warning, AGAIN_SECONDS];
    this.#deadline = performance.now() + seconds * 1000;
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
    this.#draw();
  }

  /** Give at least this many seconds from now. It can be asked for again and again. */
  extend(seconds) {
    if (this.#timer === null) return;
    this.start(seconds, seconds);
  }

  /** Stop, out of sight. */
  stop() {
    clearInterval(this.#timer);
    this.#timer = null;
    this.#shown = false;
    this.#draw();
  }

  #again() {
    if (this.#timer === null) return;
    const full = performance.now() + this.#total * 1000;
    this.#deadline = Math.max(this.#deadline, full);
    this.#said = this.#shown ? [AGAIN_SECONDS] : [this.#warning, AGAIN_SECONDS];
    this.#draw();
  }

  #tick() {
    if (performance.now() < this.#deadline) {
      this.#draw();
      return;
    }
    this.stop();
    this.#onEnd();
  }

  #draw() {
    if (this.#timer !== null && this.left <= this.#warning) this.#shown = true;
    $("#timer").hidden = !this.#shown;
    if (!this.#shown) return;
    const due = this.#said.filter((seconds) => this.left <= seconds);
    this.#said = this.#said.filter((seconds) => this.left > seconds);
    if (due.length) this.#onWarn();
    const key = $("#main").dataset.shown === "ticket" ? "countdown.ticket" : "countdown";
    // A number and its unit stay in one line.
    $("#timer-text").textContent = tn(key, this.left).replace(/(\d) /, "$1\u00a0");
    $("#timer-left").style.setProperty("--left", Math.min(1, this.left / this.#warning));
  }
}
