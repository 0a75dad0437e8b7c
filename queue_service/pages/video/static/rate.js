// The frames per second of a picture, and whether they are enough for sign language.

/** Frames per second below which signs are hard to follow. */
export const ENOUGH = 20;
const MEASURES = 3; // of which the middle one counts: one slow moment is no slow picture

/**
 * The frames per second in a report of the browser (getStats) about one picture; null before its
 * first frame.
 * @param {RTCStatsReport | Map<string, any>} report
 * @param {"inbound-rtp" | "outbound-rtp"} type
 */
export function framesPerSecond(report, type) {
  for (const one of /** @type {Map<string, any>} */ (report).values()) {
    if (one.type !== type || one.kind !== "video") continue;
    const any = (one.framesDecoded ?? one.framesEncoded ?? 0) > 0;
    return any ? one.framesPerSecond ?? 0 : null; // left out while the picture stands still
  }
  return null;
}

/** The rate of one picture over its last measures. */
export class Rate {
  /** @type {number[]} */
  #last = [];

  /** @param {number | null} measured frames per second; null forgets those before */
  add(measured) {
    this.#last = measured === null ? [] : [...this.#last, measured].slice(-MEASURES);
  }

  /** Whole frames per second; null while too little is measured. */
  get value() {
    if (this.#last.length < MEASURES) return null;
    return Math.floor([...this.#last].sort((a, b) => a - b)[1]);
  }

  /** Whether signs are hard to follow. */
  get isLow() {
    return this.value !== null && this.value < ENOUGH;
  }
}
