// Reading aloud: by the server's clips, which are the same on every machine, else by the browser's
// own voices.

import { codes, voiceOf } from "/static/js/languages.js";

const SERVER = "espeak-ng"; // it makes the server's clips
const LONGEST_MS = 15_000; // some browsers never say that they have finished

/** @type {Map<string, SpeechSynthesisVoice>} */
const known = new Map(); // by language; a machine may have thousands of voices
globalThis.speechSynthesis?.addEventListener?.("voiceschanged", () => known.clear());

/**
 * The best voice for a language, one that needs no network if there is one; null: none.
 * @param {string} lang
 */
export function voiceFor(lang) {
  // Voices may come late, so that there are none is not remembered.
  const found = known.get(lang) ?? choose(lang);
  if (found) known.set(lang, found);
  return found;
}

/** @param {string} lang */
function choose(lang) {
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  const speaks = voices.filter((voice) => voice.lang.toLowerCase().startsWith(lang));
  const rank = (/** @type {SpeechSynthesisVoice} */ voice) =>
    2 * Number(voice.localService) + Number(voice.lang.replace("_", "-") === voiceOf(lang)) +
    Number(voice.default);
  return speaks.sort((a, b) => rank(b) - rank(a))[0] ?? null;
}

/** @import { Chime } from "./chime.js" */
/** @import { Clips } from "./clips.js" */

/** Reads aloud. `blocked` once the browser has refused, until unlock(). */
export class Voice {
  #changed;
  #chime;
  #clips;
  /** @type {SpeechSynthesisUtterance | null} */
  #utterance = null; // held here, or the browser may throw it away in the middle of a word
  blocked = false;
  #turn = 0; // of the text that is said

  /**
   * @param {() => void} changed
   * @param {Chime} chime plays the clips
   * @param {Clips} clips
   */
  constructor(changed, chime, clips) {
    this.#changed = changed;
    this.#chime = chime;
    this.#clips = clips;
    // Asking once makes browsers that load their voices lazily begin to.
    voiceFor(codes[0]);
  }

  /** The page was touched: the browser will let us speak. */
  unlock() {
    this.#block(false);
  }

  /**
   * The reader of a language: the server by its clips, or the browser; null without one.
   * @param {string} lang
   * @returns {"server" | "browser" | null}
   */
  reader(lang) {
    if (this.#clips.speaks(lang)) return "server";
    return voiceFor(lang) ? "browser" : null;
  }

  /**
   * The name of the voice that reads a language; "" without one.
   * @param {string} lang
   */
  nameOf(lang) {
    return this.reader(lang) === "server" ? SERVER : voiceFor(lang)?.name ?? "";
  }

  /**
   * Have clips of these texts ready.
   * @param {string[]} texts
   * @param {string} lang
   */
  prepare(texts, lang) {
    return this.#clips.prepare(texts, lang);
  }

  /** Say no more. */
  stop() {
    this.#turn += 1;
    this.#chime.stop();
    globalThis.speechSynthesis?.cancel();
  }

  /**
   * Say it; resolves when it is said. False when there is no voice or it was refused.
   * @param {string} text
   * @param {string} lang
   * @param {{ volume: number, rate: number }} how
   */
  async say(text, lang, { volume, rate }) {
    const turn = this.#turn += 1;
    const clip = volume > 0 ? await this.#clips.audio(text, lang) : null;
    if (turn !== this.#turn) return false; // stopped while the clip was on its way
    if (clip && await this.#chime.play(clip, { volume, rate })) return true;
    const voice = voiceFor(lang);
    if (!voice || volume <= 0) return false;
    speechSynthesis.cancel(); // what hangs there from before would keep this from being heard
    const utterance = new SpeechSynthesisUtterance(text);
    Object.assign(utterance, { voice, lang: voice.lang, volume, rate });
    this.#utterance = utterance;
    const end = await ended(utterance);
    this.#utterance = null;
    if (end === "hung") speechSynthesis.cancel();
    this.#block(end === "not-allowed");
    return end === "end";
  }

  /** @param {boolean} blocked */
  #block(blocked) {
    if (this.blocked === blocked) return;
    this.blocked = blocked;
    this.#changed();
  }
}

/**
 * How it ended: "end", "hung", or the browser's word for the failure.
 * @param {SpeechSynthesisUtterance} utterance
 * @returns {Promise<string>}
 */
function ended(utterance) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve("hung"), LONGEST_MS);
    const settle = (/** @type {string} */ how) => {
      clearTimeout(timer);
      resolve(how);
    };
    utterance.onend = () => settle("end");
    utterance.onerror = (event) => settle(event.error);
    speechSynthesis.speak(utterance);
  });
}
