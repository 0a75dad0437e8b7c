// The actions that can be undone, and the last of them: the key undoes that one.

/** @typedef {{ at: number, press: () => unknown }} Undo when it was done, and what takes it back */

/** @type {Map<string, () => Undo | null>} */
const sources = new Map();

/**
 * Register the undo of a kind; `source` gives null for nothing.
 * @param {string} kind
 * @param {() => Undo | null} source
 */
export const offerUndo = (kind, source) => sources.set(kind, source);

/** The kind that was done last of all that can be undone, with the way back; null for none. */
export function newestUndo() {
  const found = [...sources].flatMap(([kind, source]) => {
    const undo = source();
    return undo ? [{ kind, ...undo }] : [];
  });
  return found.reduce(
    (a, b) => (a && a.at >= b.at ? a : b),
    /** @type {typeof found[0] | null} */ (null),
  );
}

/**
 * The command of a button that undoes what was done last of a kind; none if something else was
 * done after it.
 * @param {string} kind
 * @returns {"undo" | undefined}
 */
export const undoCommand = (kind) => (newestUndo()?.kind === kind ? "undo" : undefined);
