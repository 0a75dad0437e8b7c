// The switch of a staff page's sound: a button that mutes its chime, and lets a blocked one through.

import { $, icon } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { Chime } from "/static/pages/display/chime.js";

const VOLUME = 0.8;

/** A page's chime, and the button `#sound` that mutes it. */
export class SoundSwitch {
  #chime = new Chime(() => this.#draw());
  #settings;
  #keep;

  /**
   * `keep` is called when `mute` has changed.
   * @param {{ mute: boolean }} settings
   * @param {() => void} keep
   */
  constructor(settings, keep) {
    this.#settings = settings;
    this.#keep = keep;
  }

  /** Draw the button, and listen to it and to the touch that lets the sound through. */
  begin() {
    $("#sound").addEventListener("click", () => this.#press());
    for (const name of ["pointerdown", "keydown"]) {
      addEventListener(name, () => this.#chime.unlock());
    }
    this.#draw();
  }

  /** Ring for an open call, unless the page is muted. */
  ring() {
    if (!this.#settings.mute) this.#chime.ring("again", VOLUME);
  }

  async #press() {
    const { blocked } = this.#chime;
    await this.#chime.unlock();
    this.#settings.mute = blocked ? false : !this.#settings.mute;
    this.#keep();
    this.#draw();
    if (!this.#settings.mute) this.#chime.ring("call", VOLUME);
  }

  #draw() {
    const { mute } = this.#settings;
    const button = $("#sound");
    const on = !mute && !this.#chime.blocked;
    const words = mute ? "sound.mute" : this.#chime.blocked ? "sound.off" : "sound.on";
    button.setAttribute("aria-pressed", String(on));
    button.classList.toggle("button--primary", !on);
    button.replaceChildren(icon(on ? "sound" : "sound-off"), ` ${t(words)}`);
  }
}
