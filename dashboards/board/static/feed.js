// What the board shows, kept fresh: fetched after events, and now and then, as limits pass by time.

import { page, pause } from "/static/js/page.js";
import { follow } from "/static/js/live.js";

const TOGETHER_MS = 1000; // events this close share one fetch, so a busy minute is no flood
const ANYWAY_MS = 15_000;
const TIMEOUT_MS = 8000;

/**
 * Follows the page's branch. Events (CustomEvent, with the data in `detail`): `board`, the document
 * of /dashboards/<branch>/now; `stale` ({since, reason}) and `live` as those of js/live.js, also
 * when only the document cannot be had.
 */
export class Feed extends EventTarget {
  #live = follow();
  #timer = null;
  #anyway = null;
  #busy = false;
  #again = false;
  #freshAt = null;
  #lost = null; // why the line is lost, as the event stream tells; null while it is up
  #failing = false;

  constructor() {
    super();
    this.#live.addEventListener("event", () => this.#soon());
    this.#live.addEventListener("state", () => this.#soon(this.#freshAt ? TOGETHER_MS : 0));
    this.#live.addEventListener("stale", ({ detail }) => {
      this.#lost = detail.reason;
      if (detail.reason === "removed") this.#stop();
      this.#emit("stale", { since: this.#freshAt, reason: detail.reason });
    });
    this.#live.addEventListener("live", () => {
      this.#lost = null;
      this.fetch();
    });
    this.#anyway = setInterval(() => this.fetch(), ANYWAY_MS);
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
    this.#timer = null;
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

  #take(board) {
    const wasStale = this.#failing || this.#lost !== null;
    this.#freshAt = Date.now();
    this.#failing = false;
    this.#emit("board", board);
    if (this.#lost === null) this.#emit("live", { wasStale });
  }

  async #failed() {
    if (!this.#failing) {
      // Once may be a deploy; it is told when it fails again.
      this.#failing = true;
      await pause(TOGETHER_MS);
      this.fetch();
    } else if (this.#lost === null) {
      this.#emit("stale", { since: this.#freshAt, reason: "line" });
    }
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

async function ask() {
  const response = await fetch(`/dashboards/${encodeURIComponent(page.branch)}/now`, {
    credentials: "same-origin",
    cache: "no-store",
    // A login that has ended would answer with its page: the event stream tells about that.
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}
