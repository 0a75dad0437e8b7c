// Text that both ends of a conversation see while it is written: its changes, and its spoken parts.

/** @import { Note } from "./peer.js" */
/** @typedef {{ at: number, cut: number, put: string }} Edit from `at` on, `cut` characters become `put` */

/** The longest text of one end; of a longer one the beginning goes. */
export const MOST = 10_000;
const KEPT = 9_000; // of a text that has become too long

const SENTENCE = /^.*(?:[.!?…؟][)\]"'”»]*\s+|\n)/s; // as far as sentences and lines are complete

/**
 * The number of characters that two texts begin with in common.
 * @param {string} one
 * @param {string} other
 */
function inCommon(one, other) {
  const shorter = Math.min(one.length, other.length);
  let n = 0;
  while (n < shorter && one[n] === other[n]) n += 1;
  return n;
}

/**
 * The change from a text to another; null for none.
 * @param {string} before
 * @param {string} after
 * @returns {Edit | null}
 */
export function editBetween(before, after) {
  if (before === after) return null;
  const at = inCommon(before, after);
  let [end, newEnd] = [before.length, after.length];
  while (end > at && newEnd > at && before[end - 1] === after[newEnd - 1]) {
    end -= 1;
    newEnd -= 1;
  }
  return { at, cut: end - at, put: after.slice(at, newEnd) };
}

/**
 * A text after a change.
 * @param {string} text
 * @param {Edit} edit
 */
export const edited = (text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut);

/**
 * How many characters at the beginning of a text are too many.
 * @param {string} text
 */
export const excess = (text) => text.length > MOST ? text.length - KEPT : 0;

/**
 * The texts of both ends, as one of them has them. Nothing but this object holds them.
 */
export class Texts {
  mine = "";
  theirs = "";
  #sent = false; // whether the other end may have a text of this page

  /**
   * The note that brings the other end up to a new text; null without a change. The first is the whole text,
   * since the other end may still have that of a page before this one.
   * @param {string} text
   * @returns {Note | null}
   */
  write(text) {
    const edit = editBetween(this.mine, text);
    if (!edit) return null;
    this.mine = text;
    if (!this.#sent) return this.whole();
    return { type: "text", ...edit };
  }

  /**
   * The note for a page that may have missed something or have been loaded again: both texts, so that
   * it also gets its own back. Null while there are none.
   * @returns {Note | null}
   */
  whole() {
    if (!this.mine && !this.theirs && !this.#sent) return null;
    this.#sent = true;
    return { type: "text.whole", mine: this.mine, theirs: this.theirs };
  }

  /**
   * Take a note of the other end; gives whether a text has changed.
   * @param {Note} note
   */
  take(note) {
    const [mine, theirs] = [this.mine, this.theirs];
    const { at, cut, put } = note;
    if (note.type === "text" && isPlace(at) && isPlace(cut) && typeof put === "string") {
      this.theirs = edited(theirs, { at, cut, put }).slice(0, MOST);
    }
    if (note.type === "text.whole") {
      this.theirs = String(note.mine ?? "").slice(0, MOST);
      if (!this.#sent && !mine) this.mine = String(note.theirs ?? "").slice(0, MOST);
    }
    return mine !== this.mine || theirs !== this.theirs;
  }

  /** Forget both. */
  clear() {
    this.mine = this.theirs = "";
    this.#sent = false;
  }
}

/**
 * @param {unknown} value
 * @returns {value is number}
 */
const isPlace = (value) => Number.isSafeInteger(value) && /** @type {number} */ (value) >= 0;

/** The parts of a growing text that a screen reader speaks: whole sentences and whole words, each once. */
export class Speech {
  #said = "";

  /**
   * The sentences and lines that are complete and not spoken yet; "" for none.
   * @param {string} text
   */
  sentences(text) {
    const from = this.#from(text);
    const [complete] = SENTENCE.exec(text.slice(from)) ?? [""];
    return this.#say(text, from, from + complete.length);
  }

  /**
   * The whole rest, spoken once the writer rests.
   * @param {string} text
   */
  rest(text) {
    return this.#say(text, this.#from(text), text.length);
  }

  /**
   * The place from which to speak: a word that went on or was corrected is spoken again, whole.
   * @param {string} text
   */
  #from(text) {
    const same = inCommon(this.#said, text);
    const isOld = same === this.#said.length && (same === text.length || /\s/.test(text[same]));
    return isOld ? same : text.slice(0, same).search(/\S*$/);
  }

  /**
   * @param {string} text
   * @param {number} from
   * @param {number} to
   */
  #say(text, from, to) {
    if (to > from) this.#said = text.slice(0, to);
    return text.slice(from, to).trim();
  }
}
