// Calls for help at the reception: on top, with a sound that can be switched off.

import { page, store, stored } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { SoundSwitch } from "/static/pages/display/sound-switch.js";
import { answeredCall, blinkTitle, HelpCalls, openCall } from "./help-calls.js";
import { send, spoken } from "./model.js";
import { button, draw, note } from "./parts.js";

/** @import { HelpCall } from "/static/js/types.d.ts" */

const RING_EVERY_MS = 4000;
const KEPT = `reception.sound.${page.branch}`;

const settings = { mute: false, ...stored(KEPT) };
const sound = new SoundSwitch(settings, () => store(KEPT, settings));
let redraw = () => {};

/** The calls that are open. */
export const help = new HelpCalls({
  ring: () => sound.ring(),
  changed: () => redraw(),
  everyMs: RING_EVERY_MS,
});

/** @param {() => void} draw */
export function begin(draw) {
  redraw = draw;
  sound.begin();
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
