// The latest calls, one for each number, and which of them the page has not heard of before.

const KEPT = 10;

/**
 * Calls are {number, counter, language, recalls, again, at}: `at` is when it was last called
 * (milliseconds), `again` whether that was a recall.
 */
export class Calls {
  #calls = []; // newest first
  #seen = 0; // the server's time of the last state

  /** Newest first. */
  get all() {
    return this.#calls;
  }

  /** The call that an event tells of. */
  static of(name, data) {
    return {
      number: data.number,
      counter: data.counter,
      language: data.language,
      recalls: data.recalls ?? 0,
      again: name === "visit.recalled",
      at: Date.parse(data.at),
    };
  }

  /** Take a call in, in the place of an earlier one of the same number. */
  put(call) {
    const others = this.#calls.filter((other) => other.number !== call.number);
    const later = others.filter((other) => other.at > call.at);
    this.#calls = [...later, call, ...others.slice(later.length)].slice(0, KEPT);
  }

  /** What a state knows and the page does not, oldest first; calls of another day are forgotten. */
  news(state) {
    const at = Date.parse(state.at);
    const fresh = state.calls.map((entry) => this.#fresh(entry)).filter(Boolean).reverse();
    const there = new Set(state.calls.map((entry) => entry.number));
    // A call later than the state came over the stream while the state was under way.
    this.#calls = this.#calls.filter((call) => there.has(call.number) || call.at > at);
    this.#seen = at;
    return fresh;
  }

  #fresh(entry) {
    const known = this.#calls.find((call) => call.number === entry.number);
    const at = Date.parse(entry.called_at);
    if (!known || at > known.at) return { ...entry, again: entry.recalls > 0, at };
    if (entry.recalls <= known.recalls) return null;
    // A state tells that it was called again, not when: some time after the last state.
    return { ...entry, again: true, at: Math.max(known.at, this.#seen) };
  }
}
