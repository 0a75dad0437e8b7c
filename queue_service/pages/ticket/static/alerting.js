// The phone calls its citizen: it sounds, vibrates and stays awake, once the citizen has said so.

import { Chime } from "/static/pages/display/chime.js";
import { $, show } from "/static/js/page.js";
import { t } from "/static/js/texts.js";

/** @import { Shown } from "./draw.js" */

const WAITS = ["waiting", "next", "not_today", "untaken", "held", "carried", "parked"];
const RINGS = 3;
const TURN = [400, 200, 400, 200, 800];
const SOON = [200, 100, 200];

export class Alerting {
  /** @type {Chime | null} */
  #chime = null;

  constructor() {
    $("#alert-title").textContent = t("alert.ask");
    $("#alert-how").textContent = t("alert.how");
    $("#alert-yes span").textContent = t("alert.yes");
    show("#alert", false);
    $("#alert-yes").addEventListener("click", () => this.#begin());
    document.addEventListener("visibilitychange", () => this.#stayAwake());
  }

  /**
   * Sound where it is the turn now, or the next.
   * @param {Shown} before
   * @param {Shown} after
   */
  changed(before, after) {
    const called = after.state === "called" &&
      (before.state !== "called" || after.recalls > before.recalls || after.at !== before.at);
    if (called) this.#sound(RINGS, TURN);
    else if (after.state === "next" && before.state !== "next") this.#sound(1, SOON);
  }

  /**
   * Ask for the one tap that a browser wants before a page may sound.
   * @param {Shown} shown
   */
  offer({ state }) {
    show("#alert", WAITS.includes(state));
  }

  async #begin() {
    this.#chime ??= new Chime(() => {});
    await this.#chime.unlock();
    this.#stayAwake();
    $("#alert").classList.add("alert--on");
    $("#alert-title").textContent = t(this.#chime.blocked ? "alert.silent" : "alert.on");
    show("#alert-how", false);
    show("#alert-yes", false);
    this.#sound(1, SOON);
  }

  /** A browser lets the screen sleep again once another page was in front. */
  #stayAwake() {
    if (this.#chime && !document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
  }

  /**
   * @param {number} rings
   * @param {number[]} pattern
   */
  async #sound(rings, pattern) {
    if (!this.#chime) return;
    navigator.vibrate?.(pattern);
    await this.#chime.unlock();
    for (let n = 0; n < rings; n++) await this.#chime.ring("again", 1);
  }
}
