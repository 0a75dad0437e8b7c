// How large a text may be: its width as it is drawn, and how many tiles fit side by side.

/** @type {CanvasRenderingContext2D | null} */
let brush = null;
/** @type {Map<string, number>} */
const known = new Map();
const SLACK = 1.03;
const GOOD_SHAPE = 1.7; // width by height of a tile that holds a number above a place
const GOOD_ROW = 5; // of one that holds them on one line
const MOST_LINES = 4;
export const NUMBER_WEIGHT = 800; // of a ticket's number

/**
 * The width of a text in em, as it is drawn on the wall.
 * @param {string} text
 */
export function emWidth(text, weight = 700) {
  const key = `${weight} ${text}`;
  const width = known.get(key) ?? measured(text, weight);
  known.set(key, width);
  return width;
}

/** The typeface has come: earlier measurements no longer hold. */
export function forgetWidths() {
  known.clear();
}

/**
 * @param {string} text
 * @param {number} weight
 */
function measured(text, weight) {
  const typeface = getComputedStyle(document.documentElement).getPropertyValue("--font");
  brush ??= document.createElement("canvas").getContext("2d");
  if (brush === null) throw new Error("the browser has no canvas");
  brush.font = `${weight} 100px ${typeface}`;
  return (brush.measureText(text).width / 100) * SLACK;
}

/**
 * For one to four lines: how wide the widest must be (em) when no word is broken. A text of fewer
 * words has fewer entries.
 * @param {string} text
 */
export function widths(text) {
  const words = text.split(/ +/).filter(Boolean);
  return Array.from(
    { length: Math.min(words.length, MOST_LINES) },
    (_, index) => narrowest(words, index + 1),
  );
}

/**
 * @param {string[]} words
 * @param {number} lines
 * @returns {number}
 */
function narrowest(words, lines) {
  if (lines === 1) return emWidth(words.join(" "));
  let best = Infinity;
  for (let cut = 1; cut <= words.length - lines + 1; cut += 1) {
    const rest = narrowest(words.slice(cut), lines - 1);
    best = Math.min(best, Math.max(emWidth(words.slice(0, cut).join(" ")), rest));
  }
  return best;
}

/**
 * The lines of a text where a line is `width` em wide.
 * @param {string} text
 * @param {number} width
 */
export function linesOf(text, width) {
  const lines = [""];
  for (const word of text.split(/ +/)) {
    const line = lines[lines.length - 1];
    const longer = line ? `${line} ${word}` : word;
    if (line && emWidth(longer) > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/**
 * How many they are.
 * @param {string} text
 * @param {number} width
 */
export const linesIn = (text, width) => linesOf(text, width).length;

/**
 * Columns and rows for `count` tiles in an area of this shape (width by height). `stacked`: a tile
 * holds its number above its place.
 * @param {number} count
 * @param {number} shape
 * @param {boolean} stacked
 */
export function gridFor(count, shape, stacked) {
  const good = stacked ? GOOD_SHAPE : GOOD_ROW;
  const of = (/** @type {number} */ columns) => ({ columns, rows: Math.ceil(count / columns) });
  const size = (/** @type {ReturnType<typeof of>} */ { columns, rows }) =>
    Math.min(shape / columns / good, 1 / rows);
  const all = Array.from({ length: Math.max(count, 1) }, (_, index) => of(index + 1));
  return all.reduce((best, grid) => (size(grid) > size(best) ? grid : best));
}
