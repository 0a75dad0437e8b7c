// The sound of a call: the chime, then the number, unless the screen is to keep quiet.

import { post } from "/static/js/api.js";
import { $, page, show } from "/static/js/page.js";
import { Chime } from "./chime.js";
import { Clips } from "./clips.js";
import { isMute, isSilent } from "./settings.js";
import { counterName, entranceOf, languageOf } from "./stage.js";
import { Voice } from "./voice.js";
import { languages, showBoth, spoken } from "./languages.js";

/** @import { DisplaySetup } from "/static/js/types.d.ts" */
/** @import { Call } from "./calls.js" */
/** @import { Settings } from "./settings.js" */
/** @import { Name } from "./languages.js" */
/**
 * See the API.
 * @typedef {{ sound: string, voices: Record<string, boolean>, by_server: string[] }} Health
 */

const SOME_CALL = { number: "A001", again: false };
const ANY_COUNTER = { text: "1", lang: "" };
const CALM_RATE = 0.92;
const HURRIED_RATE = 1.1;
const SETTLE_MS = 5000; // a browser loads its voices, and lets sound through, after a while
const AGAIN_MS = 5 * 60_000;
const RETRY_MS = 30_000;

/** The sounds of this screen; `settings` may change under it, `now()` is the server's time. */
export class Sounds {
  #settings;
  #now;
  #chime = new Chime(() => this.hint());
  #voice = new Voice(() => this.hint(), this.#chime, new Clips());
  #timezone = "UTC";
  /** Whether these are quiet hours of the branch. */
  quiet = false;
  /** Whether the connection is lost: then the staff call the numbers aloud, whatever the hour. */
  stale = false;

  /**
   * @param {Settings} settings
   * @param {() => number} now
   */
  constructor(settings, now) {
    this.#settings = settings;
    this.#now = now;
    for (const name of ["pointerdown", "keydown"]) {
      addEventListener(name, () => this.#unlock());
    }
  }

  /**
   * Quiet hours are hours of this zone.
   * @param {string} zone
   */
  set timezone(zone) {
    this.#timezone = zone;
  }

  /** Whether this is no time for sound. */
  get silent() {
    return this.quiet || isSilent(this.#settings, this.#now(), this.#timezone);
  }

  /**
   * Ring for the next announcement. Resolves to whether it was heard.
   * @param {"call" | "again"} kind
   */
  async ring(kind, { trial = false } = {}) {
    if (this.silent && !trial) return false;
    return await this.#chime.ring(kind, this.#volume);
  }

  /**
   * Read a call aloud; resolves when it has been, with false if it has not. `trial`: somebody is
   * setting the screen up and wants to hear it whatever the hour.
   * @param {Call} call
   * @param {{ hurried?: boolean, trial?: boolean }} how
   * @param {DisplaySetup} setup
   */
  async read(call, { hurried = false, trial = false }, setup) {
    if ((this.silent && !trial) || !this.#settings.speech) return false;
    const lang = languageOf(call);
    const how = { volume: this.#volume, rate: hurried ? HURRIED_RATE : CALM_RATE };
    let audible = false;
    const entrance = entranceOf(call, setup, lang);
    const split = this.#voice.reader(lang) === "server";
    const parts = spoken(call, counterName(call, setup, lang), lang, { split });
    for (const part of entrance ? [...parts, entrance] : parts) {
      const speaks = this.#voice.reader(part.lang) ? part.lang : lang;
      audible = (await this.#voice.say(part.text, speaks, how)) || audible;
    }
    return audible;
  }

  /**
   * The name of the voice that reads a language; "" without one.
   * @param {string} lang
   */
  voiceOf(lang) {
    return this.#voice.nameOf(lang);
  }

  /** Whether the server reads every language of the branch. */
  get isPrepared() {
    return languages().every((lang) => this.#voice.reader(lang) === "server");
  }

  /**
   * Have the clips ready that calls to the branch's counters begin and end with.
   * @param {DisplaySetup} setup
   */
  prepareCounters(setup) {
    if (!this.#settings.speech) return;
    for (const lang of languages()) {
      const calls = Object.keys(setup.counters).map((counter) => ({ counter, ...SOME_CALL }));
      const parts = calls.flatMap((call) => [
        spoken(call, counterName(call, setup, lang), lang, { split: true }).at(-1),
        entranceOf(call, setup, lang),
      ]);
      this.#prepare(parts.filter((part) => part !== null && part !== undefined));
    }
  }

  /**
   * Have the clip of a number ready that waits, so that its call is read without delay.
   * @param {{ number: string, language: string | null }} visit
   */
  prepareNumber({ number, language }) {
    if (!this.#settings.speech) return;
    const lang = languageOf({ language });
    this.#prepare(
      spoken({ number, again: false }, ANY_COUNTER, lang, { split: true }).slice(0, -1),
    );
  }

  /** @param {Name[]} parts */
  #prepare(parts) {
    for (const [lang, same] of Map.groupBy(parts, (part) => part.lang)) {
      this.#voice.prepare(same.map(({ text }) => text), lang);
    }
  }

  get #volume() {
    return this.#settings.volume / 100;
  }

  /**
   * How the sound does, for those who look after the screen. Quiet hours change nothing of it.
   * @returns {Health}
   */
  get health() {
    if (isMute(this.#settings)) return { sound: "off", voices: {}, by_server: [] };
    const read = this.#settings.speech ? languages() : [];
    const voices = Object.fromEntries(
      read.map((lang) => [lang, this.#voice.reader(lang) !== null]),
    );
    const by_server = read.filter((lang) => this.#voice.reader(lang) === "server");
    const none = this.#settings.speech && !Object.values(voices).includes(true);
    return { sound: this.#blocked ? "blocked" : none ? "none" : "ok", voices, by_server };
  }

  get #blocked() {
    return this.#chime.blocked || (this.#settings.speech && this.#voice.blocked);
  }

  /** Show what there is to know of the sound: quiet hours or none at all, or that the browser blocks it. */
  hint() {
    const { silent } = this;
    show("#quiet", silent && !this.stale);
    showBoth($("#quiet-words"), isMute(this.#settings) ? "quiet.always" : "quiet");
    show("#sound-hint", !silent && this.#blocked);
  }

  async #unlock() {
    this.#voice.unlock();
    await this.#chime.unlock();
    this.hint();
  }
}

/** @type {string | null} */
let reported = null; // the last report
let due = performance.now() + SETTLE_MS; // when to report it again, changed or not

/**
 * Report how this screen's sound does to those who look after it, who cannot hear the room: if it
 * has changed, and now and then. A browser of staff is no screen of the room.
 * @param {Health} health
 */
export function reportSound(health) {
  if (page.as !== "display") return;
  const now = performance.now();
  const text = JSON.stringify(health);
  if (now < due && (reported === null || reported === text)) return;
  reported = text;
  due = now + AGAIN_MS;
  post("/sound", health, { retry: false }).catch(() => {
    due = Math.min(due, performance.now() + RETRY_MS);
  });
}
