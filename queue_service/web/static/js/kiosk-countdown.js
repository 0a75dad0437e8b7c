// The way back to the start: counted down in sight, and put off by anybody who is still there.

import { $ } from "./page.js";
import { tn } from "./texts.js";

const TICK_MS = 250;

export class Countdown {
  #onEnd;
  #onWarn;
  #warned = false;
  #deadline = 0;
  #total = 0;
  #warning = 0;
  #timer = null;

  /** `onEnd` at the end; `onWarn` when it comes in sight. */
  constructor({ onEnd, onWarn }) {
    this.#onEnd = onEnd;
    this.#onWarn = onWarn;
    // Whoever touches or types is there: the time begins again.
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
    this.#warned = false;
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
    this.#draw();
  }

  #again() {
    if (this.#timer === null) return;
    const full = performance.now() + this.#total * 1000;
    this.#deadline = Math.max(this.#deadline, full);
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
    const shown = this.#timer !== null && this.left <= this.#warning;
    $("#timer").hidden = !shown;
    if (!shown) return;
    if (!this.#warned) this.#onWarn();
    this.#warned = true;
    // A number and its unit stay in one line.
    $("#timer-text").textContent = tn("countdown", this.left).replace(/(\d) /, "$1\u00a0");
    $("#timer-left").style.setProperty("--left", this.left / this.#warning);
  }
}
