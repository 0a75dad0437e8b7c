// Pausing the screens that a clerk serves, all at once, and going on.

import { asApiError, post } from "/static/js/api.js";
import { named, t } from "/static/js/texts.js";
import { ask } from "/static/pages/counter/dialogs/ask.js";
import { showRefusal } from "/static/pages/counter/commands/commands.js";
import { pathOf } from "./pick.js";
import { chosen, pauseReasonsOf } from "./screens.js";

/** @import { VideoCounter } from "/static/js/types.d.ts" */

/** Whether the clerk has a pause: a screen is paused, and none is free or has somebody. */
export function isPaused() {
  const states = chosen().map(({ state }) => state).filter((state) => state !== "closed");
  return states.length > 0 && states.every((state) => state === "paused");
}

const inState = (/** @type {VideoCounter["state"]} */ wanted) =>
  chosen().filter(({ state }) => state === wanted);

/** Pause the free screens for a reason, or go on at the paused ones where none is free. */
export async function pauseOrGoOn() {
  const free = inState("free");
  if (!free.length) return goOn(inState("paused"));
  /** @type {string | null} */
  const reason = await ask({
    title: t("screens.pause.ask"),
    lead: t("screens.pause.note"),
    groups: [{
      options: pauseReasonsOf(free).map(({ id, name }) => ({ label: named(name), value: id })),
      classes: "ask__choices--large",
    }],
  });
  return reason && each(free, "pause", { reason });
}

/** @param {VideoCounter[]} screens */
export const goOn = (screens) => each(screens, "resume", {});

/**
 * @param {VideoCounter[]} screens
 * @param {"pause" | "resume"} verb
 * @param {Record<string, string>} body
 */
async function each(screens, verb, body) {
  for (const screen of screens) {
    const error = await post(pathOf(screen, verb), body).then(() => null, asApiError);
    if (error) showRefusal(error.sentence);
  }
}
