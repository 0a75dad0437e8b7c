// The number of people ahead: whether it is shown, and its words ("Nobody ahead of you"); a kiosk has its
// words in pages/kiosk/texts.py.

import { language, t, tn } from "./texts.js";

/** @import { Values, Visit } from "./types.d.ts" */

// Up to so many are simulated; of more it is known only that no more are ahead
// (visits/rules/ahead.py).
const EXACT_UP_TO = 100;

/**
 * The number of people ahead ("3 people ahead" or "Up to 120 people ahead"), of the texts
 * `<key>.*`; null if it is unknown.
 * @param {string} key
 * @param {number | null | undefined} position how many are ahead
 * @param {Values} values
 */
export function peopleAhead(key, position, values = {}, lang = language()) {
  if (position === null || position === undefined) return null;
  if (position === 0) return t(`${key}.none`, values, lang);
  if (position > EXACT_UP_TO) return t(`${key}.up_to`, { n: position, ...values }, lang);
  return tn(key, position, values, lang);
}

/**
 * The number of people ahead that is shown. If no open counter takes the service, an empty queue
 * would sound as if the turn were next.
 * @param {Pick<Visit, "position">} visit
 * @param {boolean} taken whether an open counter takes its service
 */
export const shownAhead = ({ position }, taken) => taken || position !== 0 ? position : null;
