// What the room hears of a call: the chime, then the number, unless the screen is to keep quiet.

import { $ } from "/static/js/page.js";
import { Chime } from "./chime.js";
import { isMute, isSilent } from "./settings.js";
import { counterName, languageOf } from "./stage.js";
import { Voice, voiceFor } from "./voice.js";
import { languages, showBoth, spoken } from "./words.js";

const CALM_RATE = 0.92;
const HURRIED_RATE = 1.1;

/** The sounds of this screen; `settings` may change under it, `now()` is the server's time. */
export class Sounds {
  #settings;
  #now;
  #chime = new Chime(() => this.hint());
  #voice = new Voice(() => this.hint());
  #timezone = undefined;

  constructor(settings, now) {
    this.#settings = settings;
    this.#now = now;
    for (const name of ["pointerdown", "keydown"]) {
      addEventListener(name, () => this.#unlock());
    }
  }

  /** Quiet hours are told in this zone. */
  set timezone(zone) {
    this.#timezone = zone;
  }

  /** Whether this is no time for sound. */
  get silent() {
    return isSilent(this.#settings, this.#now(), this.#timezone);
  }

  /** Ring for what follows: "call" or "again". Resolves to whether it was heard. */
  async ring(kind, { trial = false } = {}) {
    if (this.silent && !trial) return false;
    return await this.#chime.ring(kind, this.#volume);
  }

  /**
   * Read a call aloud; resolves when it has been, with false if it has not. `trial`: somebody is
   * setting the screen up and wants to hear it whatever the hour.
   */
  async read(call, { hurried = false, trial = false }, setup) {
    if ((this.silent && !trial) || !this.#settings.speech) return false;
    const lang = languageOf(call);
    const how = { volume: this.#volume, rate: hurried ? HURRIED_RATE : CALM_RATE };
    let heard = false;
    for (const part of spoken(call, counterName(call, setup, lang), lang)) {
      const speaks = voiceFor(part.lang) ? part.lang : lang;
      heard = (await this.#voice.say(part.text, speaks, how)) || heard;
    }
    return heard;
  }

  get #volume() {
    return this.#settings.volume / 100;
  }

  /** How the sound does, for those who look after the screen. Quiet hours change nothing of it. */
  get health() {
    if (isMute(this.#settings)) return { sound: "off", voices: {} };
    const voices = this.#settings.speech
      ? Object.fromEntries(languages().map((lang) => [lang, voiceFor(lang) !== null]))
      : {};
    const none = this.#settings.speech && !Object.values(voices).includes(true);
    return { sound: this.#blocked ? "blocked" : none ? "none" : "ok", voices };
  }

  get #blocked() {
    return this.#chime.blocked || (this.#settings.speech && this.#voice.blocked);
  }

  /** Show what there is to know of the sound: quiet hours or none at all, or that the browser blocks it. */
  hint() {
    const { silent } = this;
    $("#quiet").hidden = !silent;
    showBoth($("#quiet-words"), isMute(this.#settings) ? "quiet.always" : "quiet");
    $("#sound-hint").hidden = silent || !this.#blocked;
  }

  async #unlock() {
    this.#voice.unlock();
    await this.#chime.unlock();
    this.hint();
  }
}
