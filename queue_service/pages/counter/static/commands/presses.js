// The keys of a visit, on every page that serves one, and when they count.

import { OUTCOMES } from "../branch.js";
import { listenForKeys } from "/static/js/keys.js";
import * as actions from "./actions.js";
import { asking } from "../dialogs/ask.js";
import { showingPress } from "./commands.js";
import { aboutToAsk, askSpecialist, endCall } from "../specialists/specialist.js";
import { shortcutsOn } from "../storage.js";

/** @import { Bindings } from "/static/js/keys.js" */

/**
 * The keys of a visit, and the one that calls the next.
 * @type {Bindings}
 */
export const VISIT_KEYS = {
  answer: (key) => {
    const outcome = OUTCOMES[Number(key) - 1];
    return outcome && actions.complete(outcome);
  },
  go: actions.goOn,
  done_and_next: actions.completeAndCall,
  recall: actions.recall,
  no_show: actions.noShow,
  requeue: actions.requeue,
  one_more: actions.proceed,
  send_on: actions.transfer,
  park: actions.park,
  reclassify: actions.reclassify,
  ask_specialist: askSpecialist,
  end_call: endCall,
  undo: actions.undo,
};

/**
 * Listen for keys. `bindings()` has what each does now.
 * @param {() => Bindings} bindings
 */
export const listenTo = (bindings) =>
  listenForKeys(bindings, shortcutsOn, {
    free: () => !asking() && !aboutToAsk(),
    press: showingPress,
  });
