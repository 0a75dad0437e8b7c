// How many people stand before somebody, in words.

import { t, tn } from "/static/js/texts.js";

/** "Nobody ahead." or "3 people ahead.", of the texts `<where>.ahead.*`. */
export const ahead = (where, position) =>
  position === 0 ? t(`${where}.ahead.none`) : tn(`${where}.ahead`, position);
