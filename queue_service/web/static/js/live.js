// The branch as it happens: the event stream, kept up by a watchdog, with polling beneath it.

import { address, ApiError, asApiError, problem } from "./api.js";
import { page, pause } from "./page.js";

/** @import { BranchState, Frame, LogEvent, StaleReason, Staleness } from "./types.d.ts" */
/**
 * @typedef {{
 *   refreshOn?: (name: string) => boolean,
 *   query?: () => Record<string, string | null | undefined>,
 * }} LiveOptions
 */

const SILENCE_MS = 20_000; // the server comments every 15 s; longer silence is a dead connection
const BACK_OFF_MS = [500, 1000, 2000, 4000, 8000];
const REFUSED_MS = 30_000;
const RELEASE = import.meta.url.split("/")[4]; // of this page: /static/<release>/…
const isScreen = ["kiosk", "display"].includes(page.as);
const POLL_TIMEOUT_MS = 8000;
const COALESCE_MS = 150;
const PROBE_MS = 3000;

/** Checks whether a page is up to date. */
export class Freshness {
  #target = new EventTarget();

  /**
   * The shown state is from `since`. Reasons: "connection", "store", "refused" (no longer allowed;
   * the page should ask to log in) or "removed" (the branch is no longer there; no more requests
   * are made).
   * @param {(staleness: Staleness) => void} listener
   */
  onStale(listener) {
    this.listen("stale", listener);
  }

  /**
   * The shown state is fresh.
   * @param {() => void} listener
   */
  onLive(listener) {
    this.listen("live", listener);
  }

  /**
   * @protected
   * @param {string} name
   * @param {(detail: any) => void} listener
   */
  listen(name, listener) {
    this.#target.addEventListener(name, (event) => {
      listener(/** @type {CustomEvent} */ (event).detail);
    });
  }

  /**
   * @protected
   * @param {string} name
   * @param {unknown} detail
   */
  emit(name, detail = null) {
    this.#target.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/**
 * Follows the page's branch.
 *
 * `refreshOn(name)` returns after which events the state has to be fetched again; events close to
 * each other share one fetch. Default: none, as a page can apply what an event says. `query()`
 * gives the additional parameters of the stream's address, for instance which counter's page this
 * is.
 */
export class Live extends Freshness {
  #refreshOn;
  #query;
  /** @type {string | null} */
  #lastId = null;
  /** @type {string | null} */
  #etag = null;
  /** @type {number | null} */
  #freshAt = null;
  /** @type {StaleReason | null} */
  #stale = null; // the reason, while stale
  #failures = 0;
  #losses = 0; // how often the state could not be fetched
  #asked = 0; // how often it was asked for
  #shown = 0; // which of these requests has brought the shown state
  /** @type {AbortController | null} */
  #abort = null;
  #wake = () => {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #refreshTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #probeTimer;
  #closed = false;
  #asksAnew = false;

  /** @param {LiveOptions} options */
  constructor({ refreshOn = () => false, query = () => ({}) } = {}) {
    super();
    this.#refreshOn = refreshOn;
    this.#query = query;
    addEventListener("online", () => this.retryNow());
    addEventListener("offline", () => this.#doubt());
  }

  /**
   * The state document, at the start and whenever it was fetched again.
   * @param {(state: BranchState) => void} listener
   */
  onState(listener) {
    this.listen("state", listener);
  }

  /**
   * One event of the log, in order ("visit.called", …).
   * @param {(event: LogEvent) => void} listener
   */
  onEvent(listener) {
    this.listen("event", listener);
  }

  /** Begin; goes on until close(). */
  async start() {
    while (!this.#closed) {
      this.#asksAnew = false;
      const error = await this.#stream().catch(asApiError);
      if (this.#closed) return;
      if (this.#asksAnew) continue;
      this.#failures += 1;
      // One clean break (a deploy, a proxy's limit) is mended within a second: no alarm for that.
      // After it, or after a silence, the state is polled; a failed poll makes the page stale.
      if (this.#failures > 1 || error.status || error.code === "network") await this.refresh();
      await this.#sleep(this.#backOff(error));
    }
  }

  /**
   * Show a state that came with the page, and ask for nothing.
   * @param {BranchState} state
   */
  preview(state) {
    this.emit("state", state);
    this.close();
  }

  /** Stop for good. */
  close() {
    this.#closed = true;
    this.#abort?.abort();
    this.#wake();
  }

  /** Whether nothing is asked any more. */
  get closed() {
    return this.#closed;
  }

  /** Try again at once instead of at the end of the pause. */
  retryNow() {
    this.#wake();
  }

  /** Reconnect the stream, because what `query` gives has changed. Nothing is missed. */
  reconnect() {
    this.#asksAnew = true;
    this.#abort?.abort();
    this.#wake();
  }

  /** Fetch the state; false when that failed. */
  async refresh() {
    if (this.#closed) return false;
    const losses = this.#losses;
    const request = (this.#asked += 1);
    try {
      /** @type {Record<string, string>} */
      const headers = this.#etag ? { "If-None-Match": this.#etag } : {};
      const response = await fetch(address("/state"), {
        headers,
        credentials: "same-origin",
        cache: "no-store",
        signal: AbortSignal.timeout(POLL_TIMEOUT_MS),
      });
      if (response.status !== 304) {
        if (!response.ok) throw problem(response, await response.json().catch(() => null));
        const state = await response.json();
        // Two processes may answer in another order than they were asked in. The state of a request
        // that was overtaken is no newer, or an event asks for the state again.
        if (request > this.#shown) {
          this.#shown = request;
          this.#etag = response.headers.get("ETag");
          this.emit("state", state);
        }
      }
      // An answer that was on its way when another did not come says nothing of the connection now.
      if (losses === this.#losses) this.#fresh();
      return true;
    } catch (error) {
      this.#losses += 1;
      this.#goStale(reasonOf(asApiError(error)));
      return false;
    }
  }

  /**
   * The browser says that the network is gone. An answer that still comes may be the last one, and
   * an open stream only goes silent, so the state is fetched again a little later.
   */
  async #doubt() {
    if (await this.refresh()) this.#probeSoon();
  }

  /** Follow the stream until it ends; gives why it did. */
  async #stream() {
    const abort = this.#abort = new AbortController();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let watchdog;
    const restartWatchdog = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => abort.abort(silent()), SILENCE_MS);
    };
    restartWatchdog();
    try {
      /** @type {Record<string, string>} */
      const headers = { Accept: "text/event-stream" };
      if (this.#lastId) headers["Last-Event-ID"] = this.#lastId;
      if (isScreen) headers["X-Page-Release"] = RELEASE;
      const response = await fetch(address("/events", this.#query()), {
        headers,
        credentials: "same-origin",
        cache: "no-store",
        signal: abort.signal,
      });
      if (!response.ok) throw problem(response, await response.json().catch(() => null));
      // After a break the log's tail comes, not a snapshot: goals and waits need a fresh state.
      if (this.#lastId) this.#refreshSoon();
      for await (const frame of frames(response.body ?? new ReadableStream(), restartWatchdog)) {
        this.#failures = 0;
        this.#take(frame);
      }
    } finally {
      clearTimeout(watchdog);
    }
    return asApiError("the stream ended");
  }

  /** @param {Frame | null} frame null: a comment */
  #take(frame) {
    if (frame === null) {
      this.#alive();
      return;
    }
    const data = JSON.parse(frame.data);
    if (frame.id) this.#lastId = frame.id;
    if (frame.name === "branch.removed") {
      this.#goStale("removed");
      return;
    }
    if (frame.name === "store") {
      if (data.up) this.#refreshSoon();
      else this.#goStale("store");
      return;
    }
    if (frame.name === "snapshot") {
      this.#lastId = frame.id || data.event_id;
      this.#etag = null;
      this.#shown = this.#asked;
      this.emit("state", data);
      this.#fresh();
    } else {
      this.#alive();
      this.emit("event", { id: frame.id, name: frame.name, data });
      if (this.#refreshOn(frame.name)) this.#refreshSoon();
    }
  }

  #refreshSoon() {
    this.#refreshTimer ??= setTimeout(() => {
      this.#refreshTimer = undefined;
      if (!this.#closed) this.refresh();
    }, COALESCE_MS * (1 + Math.random()));
  }

  /** @param {ApiError} error */
  #backOff(error) {
    if (reasonOf(error) === "refused") return REFUSED_MS;
    if (error.retryAfter) return error.retryAfter * 1000;
    const wait = BACK_OFF_MS[Math.min(this.#failures, BACK_OFF_MS.length) - 1];
    return wait + Math.random() * Math.min(wait, 1000);
  }

  // A comment or an event: the shown state is still whole. After a failed fetch of the state it is
  // not, and only the state itself, which is asked for until it comes, makes it fresh again.
  #alive() {
    if (this.#stale === null) this.#freshAt = Date.now();
  }

  #fresh() {
    this.#freshAt = Date.now();
    if (this.#stale === null) return;
    this.#stale = null;
    this.emit("live");
  }

  /** @param {StaleReason} reason */
  #goStale(reason) {
    if (reason === "removed") this.close();
    else if (reason !== "refused") this.#probeSoon();
    if (this.#stale === reason) return;
    this.#stale = reason;
    this.emit("stale", { since: this.#freshAt, reason });
  }

  #probeSoon() {
    this.#probeTimer ??= setTimeout(() => {
      this.#probeTimer = undefined;
      this.refresh();
    }, PROBE_MS * (1 + Math.random()));
  }

  /** @param {number} milliseconds */
  #sleep(milliseconds) {
    /** @type {Promise<void>} */
    const woken = new Promise((resolve) => {
      this.#wake = resolve;
    });
    return Promise.race([pause(milliseconds), woken]);
  }
}

const silent = () =>
  new ApiError({ code: "network", status: 0, detail: "nothing came for a while" });

/**
 * The reason why a page is no longer fresh, from the response.
 * @param {ApiError} error
 * @returns {StaleReason}
 */
export function reasonOf(error) {
  if (error.status === 401 || error.status === 403) return "refused";
  if (error.code === "branch_not_found") return "removed";
  return error.code === "store_unavailable" ? "store" : "connection";
}

/**
 * A screen whose access was taken back shows a code, by which it is set up again.
 * @param {Staleness} staleness
 */
function showCodeIfRefused({ reason }) {
  if (reason === "refused") setTimeout(() => location.replace("/pair"), REFUSED_MS);
}

/**
 * Follow the branch of the page, and close the connection when the page goes.
 * @param {LiveOptions} options
 */
export function follow(options = {}) {
  const live = new Live(options);
  addEventListener("pagehide", () => live.close());
  // A page brought back from the browser's memory has a dead connection: load it afresh.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  if (isScreen) live.onStale(showCodeIfRefused);
  const state = document.getElementById("state");
  // After this, when the page listens to it.
  if (state) queueMicrotask(() => live.preview(JSON.parse(state.textContent)));
  else if (page.branch) live.start();
  return live;
}

/**
 * The frames of a response body as they arrive, or null for a comment; `onData` is called whenever
 * anything comes. Read by hand: EventSource hides comments, status and headers, and gives up for
 * good on a 502.
 * @param {ReadableStream<BufferSource>} body
 * @param {() => void} onData
 * @returns {AsyncGenerator<Frame | null>}
 */
export async function* frames(body, onData) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onData();
    const parts = (rest + value).split(/\r?\n\r?\n/);
    rest = parts.pop() ?? "";
    for (const part of parts) yield parsed(part);
  }
}

/**
 * @param {string} part
 * @returns {Frame | null}
 */
function parsed(part) {
  let [id, name] = ["", "message"];
  const data = [];
  for (const line of part.split(/\r?\n/)) {
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (field === "id") id = value;
    else if (field === "event") name = value;
    else if (field === "data") data.push(value);
  }
  return data.length === 0 ? null : { id, name, data: data.join("\n") };
}
