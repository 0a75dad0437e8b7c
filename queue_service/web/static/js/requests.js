// How pages of staff ask and send: one request at a time, and presses that are each done once.

import { asApiError } from "./api.js";
import { newKey } from "./page.js";

/**
 * The function, never running twice at once: asked for again meanwhile, it runs once more
 * afterwards and gives the newest. Failures are reported by the live connection.
 * @param {() => Promise<unknown>} work
 * @returns {() => Promise<void>}
 */
export function oneAtATime(work) {
  /** @type {Promise<void> | null} */
  let running = null;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await work().catch(() => {});
    } while (again);
    running = null;
  };
  return () => {
    again = running !== null;
    running ??= run();
    return running;
  };
}

/**
 * Presses that are each done once: while one is under way the same again sends nothing, and one
 * whose response was lost is repeated with its key.
 */
export class Presses {
  /** @type {Map<string, string>} */
  #lost = new Map();
  /** @type {Set<string>} */
  #under = new Set();

  /** Whether any response was lost. */
  get isAnyLost() {
    return this.#lost.size > 0;
  }

  /**
   * The response, or undefined where the same is under way.
   * @template T
   * @param {string} name what the press does, the same for the same again
   * @param {(key: string) => Promise<T>} request
   * @returns {Promise<T | undefined>}
   */
  async send(name, request) {
    if (this.#under.has(name)) return undefined;
    this.#under.add(name);
    const key = this.#lost.get(name) ?? newKey();
    this.#lost.delete(name);
    try {
      return await request(key);
    } catch (thrown) {
      if (asApiError(thrown).isLost) this.#lost.set(name, key);
      throw thrown;
    } finally {
      this.#under.delete(name);
    }
  }

  /**
   * Forget presses whose names begin so: the same press means something new.
   * @param {string} beginning
   */
  forget(beginning = "") {
    for (const name of [...this.#lost.keys()]) {
      if (name.startsWith(beginning)) this.#lost.delete(name);
    }
  }
}
