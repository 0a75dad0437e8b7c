// Messages by which the two pages of a video counter find each other, by way of the server.

import { asApiError, get, post } from "/static/js/api.js";
import { newKey } from "/static/js/page.js";

/** @import { Signal, StoredSignal, VideoParty } from "/static/js/types.d.ts" */

/**
 * The messages of one conversation. `me` is this page, by a name of its own.
 */
export class Signals {
  me = newKey();
  #path;
  #party;
  /** @type {string | null} */
  #after = null;
  /** @type {Promise<unknown>} */
  #sending = Promise.resolve();
  /** @type {Promise<void> | null} */
  #reading = null;
  #again = false;
  #closed = false;
  #page;
  #take;
  #taken;

  /**
   * `path` of the counter's video, such as /counters/1/video; `page`: the id by which the server
   * knows a clerk's page; `take`: what to do with a message, one after the other; `taken`: another
   * page has
   * the conversation.
   * @param {{
   *   path: string,
   *   party: VideoParty,
   *   page?: string,
   *   take: (signal: StoredSignal) => unknown,
   *   taken: () => unknown,
   * }} how
   */
  constructor({ path, party, page, take, taken }) {
    this.#path = path;
    this.#party = party;
    this.#page = page;
    this.#take = take;
    this.#taken = taken;
  }

  /**
   * Send a message after those before it; none any more once this is closed. A message that fails
   * on the connection is left out: the pages restart automatically. Gives the message's id, or
   * null.
   * @param {Omit<Signal, "sender">} signal
   * @returns {Promise<string | null>}
   */
  send(signal) {
    if (this.#closed) return Promise.resolve(null);
    const body = { ...signal, sender: this.me, party: this.#party, page: this.#page };
    const sent = this.#sending.then(() => post(`${this.#path}/messages`, body));
    const id = sent.then((answer) => answer.id, (error) => this.#refused(error));
    this.#sending = id;
    return id;
  }

  /** Read what has come; asked for again meanwhile, once more afterwards. */
  read() {
    this.#again = this.#reading !== null;
    this.#reading ??= this.#readAll();
    return this.#reading;
  }

  /** Neither read, take nor send anything any more. */
  close() {
    this.#closed = true;
  }

  /**
   * @param {unknown} error
   * @returns {null}
   */
  #refused(error) {
    if (!this.#closed && asApiError(error).code === "conversation_taken") this.#taken();
    return null;
  }

  async #readAll() {
    do {
      this.#again = false;
      const query = { after: this.#after, party: this.#party, page: this.#page };
      const found = await get(`${this.#path}/messages`, { query, retry: false })
        .catch((error) => this.#refused(error));
      const messages = found?.messages ?? [];
      for (const signal of this.#after ? messages : fromOnePage(messages)) {
        if (this.#closed) break;
        await Promise.resolve(this.#take(signal)).catch(() => {});
      }
      this.#after = messages.at(-1)?.id ?? this.#after;
    } while (this.#again && !this.#closed);
    this.#reading = null;
  }
}

/**
 * Of messages that were there already: without those that other pages had said before the newest one came, for that
 * has forgotten it. Their messages after that are not the last word either.
 * @param {StoredSignal[]} signals
 */
export function fromOnePage(signals) {
  const came = signals.findLastIndex(({ type }) => type === "hello");
  return signals.filter(({ sender }, n) => n >= came || sender === signals[came].sender);
}

/**
 * Whether an id of the store lies after another.
 * @param {string} id
 * @param {string} other
 */
export function isAfter(id, other) {
  const [at, nth] = id.split("-").map(Number);
  const [otherAt, otherNth] = other.split("-").map(Number);
  return at > otherAt || (at === otherAt && nth > otherNth);
}
