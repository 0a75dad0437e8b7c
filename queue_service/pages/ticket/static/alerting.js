// The phone calls its citizen: it sounds, vibrates and stays awake, once the citizen has said so.

import { Chime } from "/static/pages/display/chime.js";
import { $, pause, show } from "/static/js/page.js";
import { t } from "/static/js/texts.js";

/** @import { Shown } from "./draw.js" */

const WAITS = ["waiting", "next", "not_today", "untaken", "held", "carried", "parked"];
const RINGS = 3;
const TURN = [400, 200, 400, 200, 800];
const SOON = [200, 100, 200];

const KEPT = `alert.${location.pathname}`; // until the tab is closed
const UNLOCK_MS = 500; // a browser that keeps the page silent never answers

export class Alerting {
  /** @type {Chime | null} */
  #chime = null;
  /** Whether the page has lost its connection, and cannot hear of a call. */
  stale = false;

  constructor() {
    $("#alert-title").textContent = t("alert.ask");
    $("#alert-how").textContent = t("alert.how");
    $("#alert-yes span").textContent = t("alert.yes");
    show("#alert", false);
    $("#alert-yes").addEventListener("click", () => this.#begin());
    document.addEventListener("visibilitychange", () => this.#stayAwake());
    if (sessionStorage.getItem(KEPT)) this.#goOn();
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
    show("#alert", WAITS.includes(state) && !this.stale);
  }

  async #begin() {
    this.#chime ??= new Chime(() => {});
    await this.#chime.unlock();
    sessionStorage.setItem(KEPT, "yes");
    this.#begun();
    this.#sound(1, SOON);
  }

  /** After a reload, as of another language: most browsers let the same page sound again. */
  async #goOn() {
    const chime = new Chime(() => {});
    await Promise.race([chime.unlock(), pause(UNLOCK_MS)]);
    if (chime.blocked || this.#chime) return;
    this.#chime = chime;
    this.#begun();
  }

  #begun() {
    this.#stayAwake();
    $("#alert").classList.add("alert--on");
    $("#alert-title").textContent = t(this.#chime?.blocked ? "alert.silent" : "alert.on");
    show("#alert-how", false);
    show("#alert-yes", false);
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
