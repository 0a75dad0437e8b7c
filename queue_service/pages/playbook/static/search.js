// Search in texts: whether a text matches, where, and a line to show it in; the rule is the same as
// in playbook/rules.py.

const LONGEST = 90; // characters of a line that is shown around what was found
const BEFORE = 30;

/**
 * Whether a text has each word of a search, or the beginning, middle or end of one.
 * @param {string} text
 * @param {string} search
 */
export function matches(text, search) {
  const folded = fold(text);
  return fold(search).split(/\s+/).every((word) => folded.includes(word));
}

/** @param {string} text */
const fold = (text) => text.normalize("NFC").toLowerCase();

/** @param {string} search */
const wordsOf = (search) => fold(search).split(/\s+/).filter(Boolean);

/**
 * A text in pieces, each with whether it was looked for.
 * @param {string} text
 * @param {string} search
 * @returns {{ text: string, found: boolean }[]}
 */
export function pieces(text, search) {
  const plain = text.normalize("NFC"), folded = fold(text);
  if (folded.length !== plain.length) return [{ text, found: false }]; // places would not agree
  const found = new Array(plain.length).fill(false);
  for (const word of wordsOf(search)) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) {
      found.fill(true, at, at + word.length);
    }
  }
  /** @type {{ text: string, found: boolean }[]} */
  const parts = [];
  for (const [at, isFound] of found.entries()) {
    const last = parts.at(-1);
    if (last && last.found === isFound) last.text += plain[at];
    else parts.push({ text: plain[at], found: isFound });
  }
  return parts;
}

/**
 * The first line of a text that has a word of the search, without what Markdown writes with, and no longer
 * than is read at a glance; "" where none has.
 * @param {string} text
 * @param {string} search
 */
export function lineWith(text, search) {
  const words = wordsOf(search);
  const lines = text.split("\n").map((line) =>
    line.replace(/^\s*(?:\d+\.|[-*+#>]+)\s+/, "").replace(/[*_`]/g, "")
  );
  const line = lines.find((one) => words.some((word) => fold(one).includes(word)));
  if (line === undefined) return "";
  const at = Math.min(...words.map((word) => fold(line).indexOf(word)).filter((n) => n >= 0));
  const from = at <= BEFORE || line.length <= LONGEST ? 0 : line.lastIndexOf(" ", at - BEFORE) + 1;
  const part = line.slice(from, from + LONGEST).trim();
  return `${from > 0 ? "… " : ""}${part}${from + LONGEST < line.length ? " …" : ""}`;
}
