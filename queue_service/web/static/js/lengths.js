// Lengths of time, as every script writes them while they grow. Static ones come from the server in
// words (language/wording.py).

import { t } from "./texts.js";

/**
 * Seconds as "3:07" or "1:03:07", for a running time.
 * @param {number} seconds
 */
export function stopwatch(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const pad = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const tail = `${hours ? pad(minutes) : minutes}:${pad(whole % 60)}`;
  return hours ? `${hours}:${tail}` : tail;
}

/**
 * A length that runs on and need not be exact: "40 s", "4 min", "1 h 5 min".
 * @param {number} seconds
 */
export function roughly(seconds) {
  if (seconds < 60) return unit(Math.max(0, Math.floor(seconds)), "second");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return unit(minutes, "minute");
  const rest = minutes % 60;
  return [unit(Math.floor(minutes / 60), "hour"), rest && unit(rest, "minute")]
    .filter(Boolean)
    .join(" ");
}

/**
 * A number is not parted from its unit at the end of a line.
 * @param {number} n
 * @param {string} name
 */
const unit = (n, name) => t(`unit.${name}`, { n }).replace(" ", "\u00a0");
