// What the room hears of a call: the chime, then the number, unless the screen is to keep quiet.

import { $ } from "../page.js";
import { counterName } from "./board.js";
import { Chime } from "./chime.js";
import { isMute, isSilent } from "./settings.js";
import { Voice } from "./voice.js";
import { languages, sentence, showBoth } from "./words.js";

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

  /**
   * Make a call heard; resolves when it has been, with false if it has not. `trial`: somebody is
   * setting the screen up and wants to hear it whatever the hour.
   */
  async call(call, { hurried = false, trial = false }, setup) {
    if (this.silent && !trial) return false;
    const volume = this.#settings.volume / 100;
    const rung = await this.#chime.ring(call.again ? "again" : "call", volume);
    return (await this.#read(call, setup, { volume, rate: hurried ? HURRIED_RATE : CALM_RATE })) || rung;
  }

  async #read(call, setup, how) {
    if (!this.#settings.speech) return false;
    const lang = languages().includes(call.language) ? call.language : languages()[0];
    return this.#voice.say(sentence(call, counterName(call, setup), lang), lang, how);
  }

  /** Show what there is to know of the sound: quiet hours or none at all, or that the browser blocks it. */
  hint() {
    const { silent } = this;
    const blocked = this.#chime.blocked || (this.#settings.speech && this.#voice.blocked);
    $("#quiet").hidden = !silent;
    showBoth($("#quiet-words"), isMute(this.#settings) ? "quiet.always" : "quiet");
    $("#sound-hint").hidden = silent || !blocked;
  }

  async #unlock() {
    this.#voice.unlock();
    await this.#chime.unlock();
    this.hint();
  }
}
