// Clips of speech that the server makes, fetched ahead so that they are played without delay.

import { address, post } from "/static/js/api.js";
import { pause } from "/static/js/page.js";

const AT_ONCE = 20; // as many texts as one request may have
const ASK_AGAIN_MS = [200, 300, 500, 1000, 2000, 4000];
const PATIENCE_MS = 2000; // then the browser's own voice reads it
const TIMEOUT_MS = 4000;
const KEPT = 500; // some megabytes

/** @typedef {{ id: string, state: "ready" | "asked" | "none" }} Clip */

/** Clips by language and text. */
export class Clips {
  /** @type {Map<string, Promise<ArrayBuffer | null>>} */
  #audio = new Map();
  /** @type {Set<string>} */
  #spoken = new Set(); // languages of which a clip has come

  /**
   * Whether the server reads a language aloud, as far as is known.
   * @param {string} lang
   */
  speaks(lang) {
    return this.#spoken.has(lang);
  }

  /**
   * Have these texts ready; resolves when they are, or are not going to be.
   * @param {string[]} texts
   * @param {string} lang
   */
  async prepare(texts, lang) {
    const missing = [...new Set(texts)].filter((text) => !this.#audio.has(key(text, lang)));
    // The server makes the clips of one request at a time.
    for (let from = 0; from < missing.length; from += AT_ONCE) {
      await this.#fetch(missing.slice(from, from + AT_ONCE), lang);
    }
  }

  /**
   * The audio of a text; null if the server does not read its language, or not in time.
   * @param {string} text
   * @param {string} lang
   * @returns {Promise<ArrayBuffer | null>}
   */
  async audio(text, lang) {
    // A screen without clips loses no time by waiting for one.
    if (!this.speaks(lang)) return null;
    this.prepare([text], lang);
    const found = this.#audio.get(key(text, lang)) ?? null;
    return await Promise.race([found, pause(PATIENCE_MS).then(() => null)]);
  }

  /**
   * @param {string[]} texts
   * @param {string} lang
   */
  async #fetch(texts, lang) {
    const asked = this.#ask(texts, lang);
    const found = texts.map((_, index) => asked.then((parts) => parts[index]).catch(() => null));
    texts.forEach((text, index) => this.#audio.set(key(text, lang), found[index]));
    const audio = await Promise.all(found);
    texts.forEach((text, index) => {
      // A clip that did not come is asked for again when it is needed next.
      if (audio[index] === null) this.#audio.delete(key(text, lang));
    });
    for (const oldest of [...this.#audio.keys()].slice(0, -KEPT)) this.#audio.delete(oldest);
  }

  /**
   * @param {string[]} texts
   * @param {string} lang
   * @returns {Promise<(ArrayBuffer | null)[]>}
   */
  async #ask(texts, lang) {
    /** @type {Map<string, ArrayBuffer>} */
    const got = new Map();
    for (const wait of [...ASK_AGAIN_MS, 0]) {
      /** @type {{ clips: Clip[] }} */
      const { clips } = await post("/speech", { language: lang, texts }, {
        retry: false,
        timeout: TIMEOUT_MS,
      });
      for (const { id } of clips.filter(({ id, state }) => state === "ready" && !got.has(id))) {
        got.set(id, await download(id));
        this.#spoken.add(lang);
      }
      if (!clips.some(({ state }) => state === "asked")) {
        return clips.map(({ id }) => got.get(id) ?? null);
      }
      await pause(wait);
    }
    return texts.map(() => null);
  }
}

/**
 * @param {string} text
 * @param {string} lang
 */
const key = (text, lang) => `${lang}\n${text}`;

/** @param {string} id */
async function download(id) {
  const response = await fetch(address(`/speech/${id}`), {
    credentials: "same-origin",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`the clip answered ${response.status}`);
  return await response.arrayBuffer();
}
