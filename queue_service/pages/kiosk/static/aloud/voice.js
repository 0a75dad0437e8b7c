// The ticket's own call, heard as on the display: the chime, then the number and where to go.

import { Chime } from "/static/pages/display/chime.js";
import { spoken } from "/static/pages/display/languages.js";
import { Clips } from "/static/pages/display/clips.js";
import { Voice } from "/static/pages/display/voice.js";
import { pause } from "/static/js/page.js";

/** @import { Name } from "/static/pages/display/languages.js" */

const UNLOCK_MS = 500;
/** The volume and the speed of speech. */
export const HOW = { volume: 1, rate: 0.92 };

const nothing = () => {};
const chime = new Chime(nothing);

/** Reads aloud, also the screens of a citizen who does not see them. */
export const voice = new Voice(nothing, chime, new Clips());

/** Ask the browser to let sound through, as it does after a key. */
export const unlock = () => chime.unlock();

/**
 * Ring and read a call aloud, where this machine has a voice for it.
 * @param {{ number: string, again: boolean }} call
 * @param {Name} counter where to go
 * @param {string} lang
 */
export async function speakCall(call, counter, lang) {
  await Promise.race([chime.unlock(), pause(UNLOCK_MS)]); // which never ends on a machine without sound
  await chime.ring(call.again ? "again" : "call", HOW.volume);
  for (const part of spoken(call, counter, lang)) {
    await voice.say(part.text, voice.reader(part.lang) ? part.lang : lang, HOW);
  }
}
