// The beginning of speech: the marked key, or a headset that is plugged in; and its end, likewise.

import { store, stored } from "/static/js/page.js";

/** @import { Aloud } from "./aloud.js" */
/** @import { Countdown } from "../countdown.js" */

/**
 * The keys of the keypad, as `KeyboardEvent.key` names them. `repeat` also begins; `end` is sent by
 * keypads that notice when the headset is unplugged, and "" for those that do not.
 * @typedef {{ next: string[], previous: string[], choose: string[], repeat: string[], end: string[] }} Keys
 */

const KEY = "queue.kiosk.keys";
/** @type {Keys} */
const DEFAULTS = {
  next: ["ArrowDown", "ArrowRight"],
  previous: ["ArrowUp", "ArrowLeft"],
  choose: ["Enter"],
  repeat: ["F1"],
  end: [],
};

/**
 * The keys in an address, as in `?keys=F13,F14,F15,F16`: next, previous, choose, repeat, and end if
 * there is a fifth. The defaults if any of the four is missing.
 * @param {string | null} text
 * @returns {Keys}
 */
export function keysOf(text) {
  const names = (text ?? "").split(",").map((name) => name.trim());
  if (names.length < 4 || names.some((name) => name === "")) return DEFAULTS;
  const [next, previous, choose, repeat, ...end] = names.map((name) => [name]);
  return { next, previous, choose, repeat, end: end.flat() };
}

/** The keys in the page's address, which is remembered; else those of an earlier address. */
export function loadKeys() {
  const asked = new URLSearchParams(location.search).get("keys");
  if (asked !== null) store(KEY, { keys: asked });
  return keysOf(asked ?? stored(KEY)?.keys ?? null);
}

/** @type {Aloud | null} */
let aloud = null;
const keys = loadKeys();

/** Whether the screen is read aloud. */
export const isReading = () => aloud !== null;

/** End the reading, if the screen is read. */
export const endReading = () => aloud?.end();

/**
 * `leave` returns to the start for the next citizen, `changed` follows a begin and an end.
 * @typedef {{ countdown: Countdown, leave: () => void, changed: () => void }} Hooks
 */

/**
 * Begin with the marked key or a new audio output, and end with an audio output that is gone.
 * Browsers report devices to pages with HTTPS alone, and a plug of a built-in sound card as none.
 * @param {Hooks} hooks
 */
export function awaitHeadset(hooks) {
  addEventListener("keydown", (event) => {
    if (!keys.repeat.includes(event.key)) return;
    event.preventDefault();
    begin(hooks);
  });
  const { mediaDevices } = navigator;
  if (!mediaDevices) return;
  let before = outputs();
  mediaDevices.addEventListener("devicechange", async () => {
    const [earlier, now] = [await before, await (before = outputs())];
    if (now > earlier) begin(hooks);
    else if (now < earlier && isReading()) hooks.leave();
  });
}

/** @param {Hooks} hooks */
async function begin({ countdown, leave, changed }) {
  const { Aloud } = await import("./aloud.js");
  if (aloud !== null) return;
  const onEnd = () => {
    aloud = null;
    changed();
  };
  aloud = new Aloud({ keys, countdown, leave, onEnd });
  changed();
  await aloud.begin();
}

async function outputs() {
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  return devices.filter(({ kind }) => kind === "audiooutput").length;
}
