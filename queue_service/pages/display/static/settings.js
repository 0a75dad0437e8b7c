// How this one screen is set: kept in its browser, and settable by the address it is opened with.

import { page } from "/static/js/page.js";

const KEY = `queue.display.${page.branch}`;
const DEFAULTS = { volume: 70, speech: true, waiting: true, silent: false, quiet: [] };
const SPAN = /^(\d{1,2}:\d{2})-(\d{1,2}:\d{2})$/;

/**
 * What is kept: volume (0–100), speech, waiting (the strip), silent (no sound at all) and quiet,
 * a list of [from, to] in the branch's wall-clock time. The address wins and is remembered:
 * `?volume=40&speech=0&waiting=0&silent=12:00-13:30,19:00-9:00`, `silent=always`, `silent=off`.
 */
export function loadSettings() {
  const settings = { ...DEFAULTS, ...kept(), ...asked(new URLSearchParams(location.search)) };
  saveSettings(settings);
  return settings;
}

/** Remember them; a browser that keeps nothing still shows them until it is closed. */
export function saveSettings(settings) {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Storage is switched off or full.
  }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function asked(query) {
  const found = {};
  const volume = Number.parseInt(query.get("volume"), 10);
  if (volume >= 0 && volume <= 100) found.volume = volume;
  for (const name of ["speech", "waiting"]) {
    if (query.has(name)) found[name] = query.get(name) !== "0";
  }
  const silent = query.get("silent");
  if (silent === null) return found;
  const quiet = silent.split(",").map((span) => SPAN.exec(span.trim())?.slice(1));
  return { ...found, silent: silent === "always", quiet: quiet.filter(Boolean).map(padded) };
}

const padded = (span) => span.map((time) => time.padStart(5, "0"));

/** Whether a screen with these settings has no sound at any hour. */
export const isMute = ({ silent, volume }) => silent || volume === 0;

/** Whether a screen with these settings keeps quiet at an instant. A span may cross midnight. */
export function isSilent({ silent, quiet, volume }, instant, timeZone) {
  if (isMute({ silent, volume })) return true;
  const time = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone,
  }).format(instant);
  return quiet.some(([from, to]) =>
    from <= to ? from <= time && time < to : time >= from || time < to
  );
}
