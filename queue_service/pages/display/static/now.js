// The server's time, on machines whose own clock may be wrong, jump, or stand still in sleep.

const APART_MS = 2000;
const AGE_MS = 2 * 3600 * 1000;

/** Tells the server's time. `ask` fetches it (milliseconds) when what is known may be wrong. */
export class ServerClock {
  #ask;
  #base = null;

  constructor(ask, at) {
    this.#ask = ask;
    this.set(at);
  }

  /** The server has just said what time it is. */
  set(at) {
    this.#base = { at, wall: Date.now(), run: performance.now() };
  }

  /** The server's time now, as near as is known. */
  now() {
    return this.#base.at + (performance.now() - this.#base.run);
  }

  // A machine that slept or was set right shows it by its two clocks having gone apart.
  get #sound() {
    const run = performance.now() - this.#base.run;
    const wall = Date.now() - this.#base.wall;
    return Math.abs(wall - run) < APART_MS && run < AGE_MS;
  }

  /** The server's time now, asked for again if need be; null when that fails. */
  async sure() {
    if (this.#sound) return this.now();
    try {
      this.set(await this.#ask());
      return this.now();
    } catch {
      return null;
    }
  }
}
