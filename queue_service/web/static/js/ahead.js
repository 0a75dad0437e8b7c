// How many people stand before somebody, in words.

import { language, t, tn } from "./texts.js";

// Up to so many are simulated; of more it is known only that no more are ahead (visits/rules/ahead.py).
const EXACT_UP_TO = 100;

/**
 * "Nobody ahead", "3 people ahead" or "Up to 120 people ahead", of the texts `<key>.*`; null where
 * nothing is known.
 */
export function ahead(key, position, values = {}, lang = language()) {
  if (position === null || position === undefined) return null;
  if (position === 0) return t(`${key}.none`, values, lang);
  if (position > EXACT_UP_TO) return t(`${key}.up_to`, { n: position, ...values }, lang);
  return tn(key, position, values, lang);
}
