// Calls for help at the reception: on top, with a sound that can be switched off.

import { $, icon, page, store, stored } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { Chime } from "/static/pages/display/chime.js";
import { answeredCall, blinkTitle, HelpCalls, openCall } from "./help-calls.js";
import { send, spoken } from "./model.js";
import { button, draw, note } from "./parts.js";

/** @import { HelpCall } from "/static/js/types.d.ts" */

const RING_EVERY_MS = 4000;
const VOLUME = 0.8;
const KEPT = `reception.sound.${page.branch}`;

const settings = { mute: false, ...stored(KEPT) };
const chime = new Chime(drawSound);
let redraw = () => {};

/** The calls that are open. */
export const help = new HelpCalls({
  ring: () => settings.mute || chime.ring("again", VOLUME),
  changed: () => redraw(),
  everyMs: RING_EVERY_MS,
});

/** @param {() => void} draw */
export function begin(draw) {
  redraw = draw;
  $("#sound").addEventListener("click", pressSound);
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => chime.unlock());
  drawSound();
  blinkTitle(help);
}

/** Draw the calls. */
export function drawCalls() {
  const { lost, calls } = help;
  draw("#help-lost", lost, () => (lost ? note(t("calls.lost"), "warn", "no-network") : null));
  draw("#help", calls, () => calls.map(card));
}

/** @param {HelpCall} call */
function card(call) {
  if (call.state !== "open") {
    const here = button(t("calls.end"), `end-${call.id}`, () => act(call, "end"), {
      symbol: "check",
    });
    return answeredCall(call, here);
  }
  const coming = button(t("calls.take"), `take-${call.id}`, () => act(call, "take"), {
    classes: "button--primary button--large",
    symbol: "walk",
  });
  const language = spoken(call.language);
  return openCall(call, language && t("calls.language", { language }), coming);
}

/**
 * @param {HelpCall} call
 * @param {"take" | "end"} verb
 */
async function act(call, verb) {
  const after = await send(`/help-calls/${call.id}/${verb}`);
  if (after) help.take(after);
  await help.renew();
}

function drawSound() {
  const pressed = $("#sound");
  const on = !settings.mute && !chime.blocked;
  const words = settings.mute ? "sound.mute" : chime.blocked ? "sound.off" : "sound.on";
  pressed.setAttribute("aria-pressed", String(on));
  pressed.classList.toggle("button--primary", !on);
  pressed.replaceChildren(icon(on ? "sound" : "sound-off"), ` ${t(words)}`);
}

async function pressSound() {
  const blocked = chime.blocked;
  await chime.unlock();
  settings.mute = blocked ? false : !settings.mute;
  store(KEPT, settings);
  drawSound();
  if (!settings.mute) chime.ring("call", VOLUME);
}
