// How this one screen is set: kept in its browser, and settable by the address it is opened with.

import { page, store, stored } from "/static/js/page.js";
import { timeCode } from "/static/js/times.js";

const KEY = `queue.display.${page.branch}`;
/**
 * Volume (0–100), speech, waiting (the strip), silent (no sound at all) and quiet, spans in the
 * branch's wall-clock time.
 * @typedef {{
 *   volume: number,
 *   speech: boolean,
 *   waiting: boolean,
 *   silent: boolean,
 *   quiet: string[][],
 * }} Settings
 */

/** @type {Settings} */
const DEFAULTS = { volume: 70, speech: true, waiting: true, silent: false, quiet: [] };
const SPAN = /^(\d{1,2}:\d{2})-(\d{1,2}:\d{2})$/;

/**
 * The kept settings, unless the address says otherwise, which wins and is remembered.
 * @returns {Settings}
 */
export function loadSettings() {
  const settings = {
    ...DEFAULTS,
    ...stored(KEY),
    ...settingsIn(new URLSearchParams(location.search)),
  };
  saveSettings(settings);
  return settings;
}

/**
 * Remember them; a browser that keeps nothing still shows them until it is closed.
 * @param {Settings} settings
 */
export function saveSettings(settings) {
  store(KEY, settings);
}

/**
 * The settings in an address, for instance
 * `?volume=40&speech=0&waiting=0&silent=12:00-13:30,19:00-9:00`, `silent=always`, `silent=off`.
 * @param {URLSearchParams} query
 * @returns {Partial<Settings>}
 */
export function settingsIn(query) {
  /** @type {Partial<Settings>} */
  const found = {};
  const volume = Number.parseInt(query.get("volume") ?? "", 10);
  if (volume >= 0 && volume <= 100) found.volume = volume;
  for (const name of /** @type {const} */ (["speech", "waiting"])) {
    if (query.has(name)) found[name] = query.get(name) !== "0";
  }
  const silent = query.get("silent");
  if (silent === null) return found;
  const quiet = silent.split(",").map((span) => SPAN.exec(span.trim())?.slice(1) ?? []);
  return {
    ...found,
    silent: silent === "always",
    quiet: quiet.filter((span) => span.length > 0).map(padded),
  };
}

/** @param {string[]} span */
const padded = (span) => span.map((time) => time.padStart(5, "0"));

/**
 * Whether a screen with these settings has no sound at any hour.
 * @param {Pick<Settings, "silent" | "volume">} settings
 */
export const isMute = ({ silent, volume }) => silent || volume === 0;

/**
 * Whether a screen with these settings keeps quiet at an instant. A span may cross midnight.
 * @param {Pick<Settings, "silent" | "quiet" | "volume">} settings
 * @param {number} instant
 * @param {string} timeZone
 */
export function isSilent({ silent, quiet, volume }, instant, timeZone) {
  if (isMute({ silent, volume })) return true;
  const time = timeCode(instant, timeZone);
  return quiet.some(([from, to]) =>
    from <= to ? from <= time && time < to : time >= from || time < to
  );
}
