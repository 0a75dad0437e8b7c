// The board's content: fetched after events, and periodically, because limits pass with time.

import { page, pause } from "/static/js/page.js";
import { follow, Freshness } from "/static/js/live.js";

const TOGETHER_MS = 1000; // events this close share one fetch, so a busy minute is no flood
const ANYWAY_MS = 15_000;
const TIMEOUT_MS = 8000;

/** @import { Board, StaleReason } from "/static/js/types.d.ts" */

/**
 * Follows the page's branch. It is stale also when only what the board shows cannot be had.
 */
export class Feed extends Freshness {
  #live = follow();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #anyway;
  #busy = false;
  #again = false;
  /** @type {number | null} */
  #freshAt = null;
  /** @type {StaleReason | null} */
  #lost = null; // why the connection is lost, by the event stream; null while it is up
  #failing = false;

  constructor() {
    super();
    this.#live.onEvent(() => this.#soon());
    this.#live.onState(() => this.#soon(this.#freshAt ? TOGETHER_MS : 0));
    this.#live.onStale(({ reason }) => {
      this.#lost = reason;
      if (reason === "removed") this.#stop();
      this.emit("stale", { since: this.#freshAt, reason });
    });
    this.#live.onLive(() => {
      this.#lost = null;
      this.fetch();
    });
    this.#anyway = setInterval(() => this.fetch(), ANYWAY_MS);
  }

  /**
   * Subscribes to the board's content, each time that it is fetched.
   * @param {(board: Board) => void} listener
   */
  onBoard(listener) {
    this.listen("board", listener);
  }

  /** Fetch now; while a fetch is under way, once more after it. */
  async fetch() {
    if (this.#lost === "removed") return;
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      this.#take(await ask());
    } catch {
      this.#failed();
    }
    this.#busy = false;
    if (!this.#again) return;
    this.#again = false;
    this.#soon();
  }

  #stop() {
    clearInterval(this.#anyway);
    clearTimeout(this.#timer);
  }

  #soon(wait = TOGETHER_MS) {
    // A little chance, so that all boards of a branch do not ask in the same moment.
    this.#timer ??= setTimeout(() => this.fetch(), wait * (1 + Math.random() / 4));
  }

  /** @param {Board} board */
  #take(board) {
    this.#freshAt = Date.now();
    this.#failing = false;
    this.emit("board", board);
    if (this.#lost === null) this.emit("live");
  }

  async #failed() {
    if (!this.#failing) {
      // One failure may be a deploy; it is shown when it fails again.
      this.#failing = true;
      await pause(TOGETHER_MS);
      this.fetch();
    } else if (this.#lost === null) {
      this.emit("stale", { since: this.#freshAt, reason: "connection" });
    }
  }
}

/** @returns {Promise<Board>} */
async function ask() {
  const response = await fetch(`/dashboards/${encodeURIComponent(page.branch)}/now`, {
    credentials: "same-origin",
    cache: "no-store",
    // A login that has ended would answer with its page: the event stream reports that.
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}
