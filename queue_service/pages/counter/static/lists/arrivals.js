// A chime and a notification of the desktop when somebody comes to an empty queue or is sent to this
// counter. Both are off until the clerk wants them.

import { isHeld } from "/static/js/branch.js";
import { el } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { Chime } from "/static/pages/display/chime.js";
import { isMine, mode, model, onChange } from "../model.js";
import { load, save } from "../storage.js";

/** @import { Visit } from "/static/js/types.d.ts" */
/** @typedef {{ free: boolean, counter: string, waiting: Visit[] }} Standing who would come here next */

const WANTED = "arrivals";
const VOLUME = 0.4;

/** Finds out who is news, from how one moment follows the other. */
export class Arrivals {
  /** @type {Standing | null} */
  #before = null;

  /**
   * Anyone who came since the last time: first to a counter that was free with an empty queue, or
   * sent to it alone; null for none. Visits that waited at first, or before a change of counter,
   * are no news.
   * @param {Standing} now
   */
  since(now) {
    const before = this.#before;
    this.#before = now;
    if (!before || before.counter !== now.counter) return null;
    const known = new Set(before.waiting.map(({ id }) => id));
    const sent = now.waiting.find((one) => one.for_counter === now.counter && !known.has(one.id));
    const first = before.free && now.free && !before.waiting.length ? now.waiting[0] : undefined;
    return sent ?? first ?? null;
  }
}

const arrivals = new Arrivals();
/** @type {Chime | undefined} */
let chime;

const wanted = () => load(WANTED) === true;

/** Announce arrivals from now on, if that is wanted. */
export function beginArrivals() {
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, unlock);
  onChange(() => {
    if (!model.counter || !model.waitingAt) return;
    const waiting = model.waiting.filter((visit) => isMine(visit) && !isHeld(visit));
    const free = mode() === "free";
    const came = arrivals.since({ free, counter: model.counter.id, waiting });
    if (came && wanted()) tell(t("news.arrived", { number: came.number }));
  });
}

function unlock() {
  if (!wanted()) return;
  chime ??= new Chime(() => {});
  chime.unlock();
}

/** @param {string} sentence */
function tell(sentence) {
  chime?.ring("call", VOLUME);
  if (document.hidden && notifies()) new Notification(sentence, { tag: "arrival" });
}

const notifies = () => "Notification" in globalThis && Notification.permission === "granted";

/** The box that switches it on or off. */
export function arrivalsBox() {
  const box = el("input", { type: "checkbox", checked: wanted() });
  box.addEventListener("change", async () => {
    save(WANTED, box.checked || null);
    if (!box.checked) return;
    unlock();
    chime?.ring("call", VOLUME);
    if ("Notification" in globalThis) await Notification.requestPermission();
  });
  return el("label", { class: "check" }, box, t("menu.arrivals"));
}
