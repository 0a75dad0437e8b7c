// The place in the queue, asked for again after events, and never more often than it can be read.

const APART_MS = 2000;

/** Asks again at once, or as soon as the last question is `APART_MS` old. */
export class PlaceInQueue {
  #question;
  #asked = -Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {() => Promise<void>} question asks and shows the answer; if it fails the next event asks again */
  constructor(question) {
    this.#question = question;
  }

  /** Ask, as the shown place may have changed. */
  ask() {
    const wait = this.#asked + APART_MS - performance.now();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#asked = performance.now();
      this.#question().catch(() => {});
    }, Math.max(0, wait));
  }
}
