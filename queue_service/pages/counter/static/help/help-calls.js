// Calls for help from the branch's kiosks at an open counter: shown above the visit, heard, and
// answered with one press.

import { sayOfKeys } from "/static/js/keys.js";
import { $ } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { Chime } from "/static/pages/display/chime.js";
import { answeredCall, HelpCalls, openCall } from "/static/pages/reception/help-calls.js";
import { spokenLanguage } from "../branch.js";
import { command } from "../commands/commands.js";
import { button, draw } from "../draw.js";
import { changed, mode } from "../model.js";

/** @import { HelpCall } from "/static/js/types.d.ts" */

const RING_EVERY_MS = 20_000; // somebody may sit here
const VOLUME = 0.6;
const ASK_MS = 15_000;

const chime = new Chime(() => {});
const help = new HelpCalls({
  ring: () => mode() !== "none" && chime.ring("again", VOLUME),
  changed,
  everyMs: RING_EVERY_MS,
});
/** @type {Set<string>} */
const own = new Set(); // calls that were answered on this page

/** Look for calls from now on. */
export function beginHelpCalls() {
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => chime.unlock());
  setInterval(renewHelpCalls, ASK_MS);
}

/** Fetch the calls that are open, where this page shows them. */
export const renewHelpCalls = () => mode() !== "none" && help.renew();

/** Draw the unanswered calls, and the calls to which a clerk is on the way from here. */
export function drawHelpCalls() {
  const calls = help.calls.filter(({ id, state }) => state === "open" || own.has(id));
  draw($("#help-calls"), calls, () => calls.map(card));
}

/**
 * @param {HelpCall} call
 * @param {number} index
 */
function card(call, index) {
  const open = call.state === "open";
  const pressed = button(t(open ? "calls.take" : "calls.end"), {
    key: `help-${call.id}`,
    press: () => act(call),
    command: index === 0 ? "take" : undefined,
    icon: open ? "walk" : "check",
    classes: open ? "button--primary" : "",
  });
  return open
    ? openCall(call, spokenLanguage(call), pressed)
    : answeredCall(call, pressed, { own: true });
}

/** Answer the first call: say that somebody comes, then that they are there. */
export function answerHelpCall() {
  const call = help.calls.find(({ id, state }) => state === "open" || own.has(id));
  return call ? act(call) : sayOfKeys(t("idle.help"));
}

/** @param {HelpCall} call */
async function act(call) {
  const verb = call.state === "open" ? "take" : "end";
  const after = await command(`/help-calls/${call.id}/${verb}`);
  if (after) own.add(call.id);
  if (after) help.take(after);
  await help.renew();
}
