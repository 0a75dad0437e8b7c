// Whether a text has what is looked for; the same rule as in playbook/rules.py.

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
