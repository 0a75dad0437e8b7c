// How this screen's sound does, told to those who look after it: they cannot hear the room.

import { post } from "/static/js/api.js";
import { page } from "/static/js/page.js";

const SETTLE_MS = 5000; // a browser loads its voices, and lets sound through, after a while
const AGAIN_MS = 5 * 60_000;
const RETRY_MS = 30_000;

let told = null; // what was told last
let due = performance.now() + SETTLE_MS; // when to tell it again, changed or not

/**
 * Tell it if it has changed, or now and then. `health`: {sound, voices}, see the API. Somebody who
 * looks at the display from a desk is no screen of the room.
 */
export function tellOfSound(health) {
  if (page.as !== "display") return;
  const now = performance.now();
  const text = JSON.stringify(health);
  if (now < due && (told === null || told === text)) return;
  told = text;
  due = now + AGAIN_MS;
  post("/sound", health, { retry: false }).catch(() => {
    due = Math.min(due, performance.now() + RETRY_MS);
  });
}
