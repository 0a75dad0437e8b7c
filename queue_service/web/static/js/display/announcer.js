// One call at a time: each is shown and heard to its end before the next one begins.

import { pause } from "../page.js";

const HOLD_MS = [6000, 6000, 5000, 4000]; // by how many more wait for their turn
const UNHEARD_EXTRA_MS = 2000; // eyes need longer to find what no ear was told
const HURRIED = 3;

/**
 * `show(call)` puts a call in front; `speak(call, {hurried})` makes it heard and tells whether it
 * could; `rest()` is called when there is nothing more to announce.
 */
export class Announcer {
  #show;
  #speak;
  #rest;
  #queue = [];
  #running = false;

  /** The call that is being shown and heard, or null. */
  current = null;

  constructor({ show, speak, rest }) {
    this.#show = show;
    this.#speak = speak;
    this.#rest = rest;
  }

  /** Whether a number waits for its turn. */
  awaits(number) {
    return this.#queue.some((call) => call.number === number);
  }

  /** Announce a call when its turn comes. */
  add(call) {
    this.#queue.push(call);
    if (!this.#running) this.#run();
  }

  async #run() {
    this.#running = true;
    while (this.#queue.length > 0) {
      this.current = this.#queue.shift();
      const left = this.#queue.length;
      this.#show(this.current);
      const begun = performance.now();
      const heard = await this.#speak(this.current, { hurried: left >= HURRIED });
      const extra = heard || left > 0 ? 0 : UNHEARD_EXTRA_MS;
      const hold = HOLD_MS[Math.min(left, HOLD_MS.length - 1)] + extra;
      await pause(Math.max(0, hold - (performance.now() - begun)));
    }
    this.current = null;
    this.#running = false;
    this.#rest();
  }
}
