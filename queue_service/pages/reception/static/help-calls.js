// Calls for help from kiosks as every page of staff shows and sounds them.

import { get } from "/static/js/api.js";
import { announce, el, icon } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { t, tn } from "/static/js/texts.js";
import { keep, keepText } from "/static/js/ticking.js";
import { stopwatch } from "/static/js/lengths.js";

/** @import { HelpCall } from "/static/js/types.d.ts" */
/** @import { Child } from "/static/js/page.js" */

const BLINK_MS = 1000;
const LATE_SECONDS = 120; // as in reception/rules.py

/** The open calls of the page's branch. */
export class HelpCalls {
  /** @type {HelpCall[]} */
  calls = [];
  /** Whether a new call may be missing, because the connection is lost. */
  lost = false;
  /** @type {Set<string>} */
  #announced = new Set();
  #ring;
  #changed;

  /**
   * `ring` sounds, for a new call and again while one is unanswered; `changed` draws.
   * @param {{ ring: () => unknown, changed: () => void, everyMs: number }} how
   */
  constructor({ ring, changed, everyMs }) {
    this.#ring = ring;
    this.#changed = changed;
    setInterval(() => this.unanswered.length && ring(), everyMs);
  }

  /** The unanswered calls. */
  get unanswered() {
    return this.calls.filter(({ state }) => state === "open");
  }

  /** Fetch the calls that are open. */
  async renew() {
    const requestedAt = performance.now();
    try {
      const answer = await get("/help-calls", { retry: false });
      serverClock.set(Date.parse(answer.at), requestedAt);
      this.calls = answer.calls;
      this.lost = false;
    } catch {
      this.lost = true;
    }
    for (const { id } of this.unanswered.filter((call) => !this.#announced.has(call.id))) {
      this.#announced.add(id);
      announce(tn("calls.title", this.unanswered.length));
      this.#ring();
    }
    this.#changed();
  }

  /** The connection is lost: say so, since a silent page must not be trusted. */
  lose() {
    this.lost = true;
    this.#changed();
  }

  /**
   * Take in the new state of a call.
   * @param {HelpCall} after
   */
  take(after) {
    this.calls = this.calls.map((one) => (one.id === after.id ? after : one));
    this.#changed();
  }
}

/** @param {HelpCall} call */
const placeOf = ({ place }) => place || t("calls.kiosk");

/**
 * An unanswered call, with the button to answer it.
 * @param {HelpCall} call
 * @param {string} language "Speaks English", "" where that is not worth saying
 * @param {Child} button
 */
export function openCall(call, language, button) {
  const since = el("span", { role: "timer", "aria-live": "off" });
  keepText(since, () => {
    const seconds = serverClock.secondsSince(call.called_at);
    return t(seconds < LATE_SECONDS ? "calls.since" : "calls.late", { time: stopwatch(seconds) });
  });
  const card = el(
    "article",
    { class: "help-call row" },
    icon("help", "help-call__icon"),
    el(
      "div",
      { class: "grow" },
      el("h2", { class: "help-call__title" }, t("calls.open", { place: placeOf(call) })),
      el("p", {}, since, language && ` · ${language}`),
    ),
    button,
  );
  return keep(card, (it) => {
    const late = serverClock.secondsSince(call.called_at) >= LATE_SECONDS;
    it.classList.toggle("help-call--late", late);
  });
}

/**
 * A call to which somebody is on the way; `own`: from this page.
 * @param {HelpCall} call
 * @param {Child} button
 * @param {{ own?: boolean }} whose
 */
export const answeredCall = (call, button, { own = false } = {}) =>
  el(
    "article",
    { class: "help-call help-call--coming row" },
    icon("walk", "help-call__icon"),
    el(
      "p",
      { class: "grow strong" },
      t(own ? "calls.coming.own" : "calls.coming", { place: placeOf(call) }),
    ),
    button,
  );

/**
 * Say by turns in the title that somebody calls, so that it is seen where the page is behind others.
 * @param {HelpCalls} help
 */
export function blinkTitle(help) {
  const plain = document.title;
  setInterval(() => {
    const n = help.unanswered.length;
    document.title = n && document.title === plain ? `● ${tn("calls.title", n)}` : plain;
  }, BLINK_MS);
}
