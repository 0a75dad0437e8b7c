// The connection of the page: a stream, and where none gets through, questions now and then.

import { pause } from "/static/js/page.js";

/** @import { Shown } from "./draw.js" */

const SILENT_MS = 40_000; // a stream says at least every 15 seconds that nothing has changed
const ASK_MS = 10_000;
const AGAIN_MS = 5000;
const LONGEST_MS = 8000;
/** The address of the page, which ends with the code. */
export const path = location.pathname.replace(/\/$/, "");

/**
 * Do something; null if it failed, after `refused` with the status of the response, if one came.
 * @param {string} what
 * @param {Record<string, unknown>} body
 * @param {(status: number) => void} refused
 */
export async function act(what, body, refused = () => {}) {
  try {
    const response = await fetch(`${path}/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(LONGEST_MS),
    });
    if (response.ok) return await response.json();
    refused(response.status);
  } catch {
    // The connection is lost.
  }
  return null;
}

/** Keeps the page up to date, and says when it is not. */
export class Updates {
  #on;
  #heard = Date.now(); // when what is shown was last known to be true
  #isStale = false;
  /** @type {EventSource | null} */
  #stream = null;

  /**
   * @param {{ show: (shown: Shown) => void, over: () => void, stale: (since: number | null) => void }} on
   *   `over`: the code leads nowhere any more; `stale`: since when (ms) nothing was heard, or null
   */
  constructor(on) {
    this.#on = on;
  }

  /** Listen from now on. */
  begin() {
    this.#open();
    this.#watch();
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#ask();
    });
    for (const change of ["online", "offline"]) addEventListener(change, () => this.#ask());
  }

  #open() {
    this.#stream?.close();
    const stream = this.#stream = new EventSource(`${path}/events`);
    stream.onmessage = ({ data }) => this.#show(JSON.parse(data));
    stream.addEventListener("still", () => this.#fresh());
    stream.addEventListener("stale", () => this.#old());
    stream.addEventListener("removed", () => this.#on.over());
  }

  async #watch() {
    for (;;) {
      await pause(AGAIN_MS);
      const silent = Date.now() - this.#heard;
      if (silent < SILENT_MS && this.#stream?.readyState === EventSource.OPEN) continue;
      if (silent >= SILENT_MS) this.#old();
      if (this.#stream?.readyState !== EventSource.CONNECTING) this.#open();
      if (silent >= ASK_MS) await this.#ask();
    }
  }

  async #ask() {
    try {
      const response = await fetch(`${path}/now`, { signal: AbortSignal.timeout(LONGEST_MS) });
      if (response.status === 404) this.#on.over();
      else if (response.ok) this.#show(await response.json());
      else this.#old();
    } catch {
      this.#old();
    }
  }

  /** @param {Shown} shown */
  #show(shown) {
    this.#fresh();
    this.#on.show(shown);
  }

  #fresh() {
    this.#heard = Date.now();
    if (this.#isStale) this.#on.stale(null);
    this.#isStale = false;
  }

  #old() {
    if (!this.#isStale) this.#on.stale(this.#heard);
    this.#isStale = true;
  }
}
