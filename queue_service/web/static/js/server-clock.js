// The server's time, on machines whose own clock may be wrong, jump, or stop in sleep.

const SLOW_MS = 2000; // an answer slower than this is too inexact
const APART_MS = 2000;
const AGE_MS = 2 * 3600 * 1000;

/** The server's time; until it is known, the time of this machine. */
export class ServerClock {
  #reading = { at: Date.now(), wall: Date.now(), run: performance.now() };
  #frozen = false;

  /**
   * Set the server's time (ms). `requestedAt`: when the request was sent, by performance.now(); the
   * server is taken to have answered halfway between then and now.
   * @param {number} at
   */
  set(at, requestedAt = performance.now()) {
    const run = performance.now();
    if (run - requestedAt >= SLOW_MS) return;
    this.#reading = { at: at + (run - requestedAt) / 2, wall: Date.now(), run };
    this.#frozen = false;
  }

  /** Stand still at the server's last time, until it is set again. */
  freeze() {
    this.#frozen = true;
  }

  /** The server's time now (ms), as near as is known. */
  now() {
    const { at, run } = this.#reading;
    return this.#frozen ? at : at + (performance.now() - run);
  }

  /**
   * Seconds from an instant until now; never negative.
   * @param {string} instant RFC 3339
   */
  secondsSince(instant) {
    return Math.max(0, this.now() - Date.parse(instant)) / 1000;
  }

  // A machine that slept or was set right shows it by its two clocks having gone apart.
  get #isReliable() {
    const run = performance.now() - this.#reading.run;
    const wall = Date.now() - this.#reading.wall;
    return Math.abs(wall - run) < APART_MS && run < AGE_MS;
  }

  /**
   * The server's time now; `ask` fetches it where what is known may be wrong. Null when that fails.
   * @param {() => Promise<number>} ask
   */
  async sure(ask) {
    if (this.#isReliable) return this.now();
    try {
      this.set(await ask());
      return this.now();
    } catch {
      return null;
    }
  }
}

/** The clock of this page. */
export const serverClock = new ServerClock();
