// A citizen who does not see the screen: it is read aloud, and four keys do everything.

import { $, el, find, findAll, page, pause } from "/static/js/page.js";
import { language, t } from "/static/js/texts.js";
import { partsOnShow, screenOnShow } from "./screen-reading.js";
import { HOW, unlock, voice } from "./voice.js";

/** @import { Keys } from "./headset.js" */
/** @import { Part } from "./screen-reading.js" */
/** @import { Countdown } from "../countdown.js" */

const LOOK_MS = 200;
const FIRST_CLIPS_MS = 2500; // then the browser's voice begins
const HEARD = "[data-heard]";
const ENABLED_MS = 6000; // a button rests for some seconds after a ticket

/** A session: from the key or the headset until the headset is unplugged, or no key is pressed. */
export class Aloud {
  #keys;
  #countdown;
  #leave;
  #onEnd;
  /** @type {Part[]} */
  #parts = [];
  #at = -1;
  #turn = 0; // a later one ends what is being said
  #screen = "";
  #heard = ""; // of the part of a screen that is said again with each change
  #timer = false; // whether the countdown in sight has been read
  #begun = false;
  #voiceless = false; // whether what is read is a language that has no voice here
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #looks;
  #onKey = (/** @type {KeyboardEvent} */ event) => this.#press(event);
  #line = el("p", { class: "aloud strong", id: "aloud" });

  /**
   * `onEnd` is called at the end; `leave` ends it and returns to the start.
   * @param {{ keys: Keys, countdown: Countdown, leave: () => void, onEnd: () => void }} how
   */
  constructor({ keys, countdown, leave, onEnd }) {
    this.#keys = keys;
    this.#countdown = countdown;
    this.#leave = leave;
    this.#onEnd = onEnd;
  }

  /** Begin: the screen is read from its top. */
  async begin() {
    addEventListener("keydown", this.#onKey, { capture: true });
    $(".mast").append(this.#line);
    this.#line.textContent = t("aloud.on");
    dispatchEvent(new Event("resize")); // the screen has less room
    unlock();
    const turn = this.#turn;
    this.#hold(true);
    // The first clip says whether the server speaks at all.
    await Promise.race([voice.prepare([t("aloud.on")], language()), pause(FIRST_CLIPS_MS)]);
    if (!voice.reader(language())) await this.#speakPagesLanguage();
    this.#looks = setInterval(() => this.#look(), LOOK_MS);
    if (turn === this.#turn) this.#look();
  }

  /** In a language without a voice not even the way to another one would be heard. */
  async #speakPagesLanguage() {
    await Promise.race([
      voice.prepare([t("aloud.on", {}, page.lang)], page.lang),
      pause(FIRST_CLIPS_MS),
    ]);
    if (voice.reader(page.lang)) find(`.languages [lang="${page.lang}"]`)?.click();
  }

  /** End, and say no more. */
  end() {
    this.#turn += 1;
    voice.stop();
    clearInterval(this.#looks);
    removeEventListener("keydown", this.#onKey, { capture: true });
    this.#mark(null);
    this.#line.remove();
    this.#countdown.hold(false);
    dispatchEvent(new Event("resize"));
    this.#onEnd();
  }

  // The page changes by presses, events and time: another screen is read, and the countdown once it
  // comes in sight.
  #look() {
    const busy = $("#main").hasAttribute("aria-busy");
    const screen = screenOnShow();
    if (!counting()) this.#timer = false;
    this.#line.textContent = t(this.#voiceless ? "aloud.no_voice" : "aloud.on");
    if (screen !== this.#screen && !busy) {
      this.#screen = screen;
      this.#read();
    } else if (heard() !== this.#heard) {
      this.#heard = heard();
      this.#say(partsOnShow().filter(({ element }) => element.closest(HEARD) !== null));
    } else if (counting() && !this.#timer && !this.#speaking) {
      this.#timer = true;
      this.#say(partsOnShow().filter((part) => part.element.id === "timer-text"));
    }
  }

  #speaking = false;

  /** Read the screen from its top: its texts, and then the keys lead to its buttons. */
  #read() {
    this.#parts = partsOnShow();
    this.#timer = counting();
    this.#heard = heard();
    for (const [lang, same] of Map.groupBy(this.#parts, (part) => part.lang)) {
      voice.prepare(same.map(({ text }) => text), lang);
    }
    const texts = this.#parts.filter((part) => part.here && part.button === null);
    const how = this.#parts.filter((part) => part.element === this.#line);
    this.#at = texts.length - 1;
    this.#say(this.#begun ? texts : [...how, ...texts]);
    this.#begun = true;
  }

  /**
   * @param {number} step
   */
  #move(step) {
    const last = this.#parts[this.#at]?.element;
    this.#parts = partsOnShow();
    const known = this.#parts.findIndex(({ element }) => element === last);
    const from = known < 0 ? this.#at : known;
    this.#at = (from + step + this.#parts.length) % this.#parts.length;
    this.#say([this.#parts[this.#at]]);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const { next, previous, choose, repeat, end } = this.#keys;
    const all = [...next, ...previous, ...choose, ...repeat, ...end];
    if (!all.includes(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.repeat) return;
    if (next.includes(event.key)) this.#move(1);
    else if (previous.includes(event.key)) this.#move(-1);
    else if (choose.includes(event.key)) this.#choose();
    else if (repeat.includes(event.key)) this.#read();
    else this.#leave();
  }

  async #choose() {
    const part = this.#parts[this.#at];
    if (!part?.button || part.button.ariaDisabled === "true") {
      this.#read();
      return;
    }
    if (isVoiceless(part)) {
      this.#say([part]);
      return;
    }
    const turn = this.#turn += 1;
    voice.stop();
    this.#hold(false);
    const until = performance.now() + ENABLED_MS;
    let button = present(part);
    while (button?.disabled && performance.now() < until) {
      await pause(50);
      button = present(part);
    }
    if (turn === this.#turn) button?.click();
  }

  /** @param {Part[]} parts */
  async #say(parts) {
    const turn = this.#turn += 1;
    voice.stop();
    this.#hold(true);
    for (const part of parts) {
      this.#mark(part);
      const { text, lang } = asHeard(part);
      this.#voiceless = isVoiceless(part);
      for (const _ of part.twice ? [1, 2] : [1]) {
        if (turn === this.#turn) await voice.say(text, lang, HOW);
      }
      if (turn !== this.#turn) return;
    }
    this.#hold(false);
    this.#look(); // the countdown may have come in sight meanwhile
  }

  /** Nothing ends while the screen is read. @param {boolean} on */
  #hold(on) {
    this.#speaking = on;
    this.#line.toggleAttribute("data-speaking", on);
    this.#countdown.hold(on);
  }

  /** @param {Part | null} part */
  #mark(part) {
    find("[data-aloud]")?.removeAttribute("data-aloud");
    part?.element.setAttribute("data-aloud", "");
    part?.button?.focus({ preventScroll: true });
  }
}

/**
 * Whether a part is the button of a language that has no voice here: with it nothing would be heard.
 * @param {Part} part
 */
const isVoiceless = ({ button, lang }) =>
  button?.closest(".languages") != null && voice.reader(lang) === null;

/**
 * The text of a part and the language whose voice reads it: the screen's where the text's has none.
 * @param {Part} part
 */
function asHeard(part) {
  const { text, lang } = part;
  if (voice.reader(lang) !== null) return { text, lang };
  const words = isVoiceless(part) ? `${text}. ${t("aloud.no_voice")}` : text;
  return { text: words, lang: language() };
}

/** The text that is said again with each change, such as the letters of a code; "" for none. */
const heard = () =>
  findAll(HEARD).map((part) => part.checkVisibility() ? part.textContent : "").join();

/** Whether the countdown is in sight. */
const counting = () => find("#timer")?.checkVisibility() ?? false;

/**
 * The button of a part, also if the page has drawn it again since it was read.
 * @param {Part} part
 */
const present = ({ button, text }) =>
  button?.isConnected
    ? button
    : partsOnShow().find((part) => part.button !== null && part.text === text)?.button ?? null;

document.head.append(
  el("link", { rel: "stylesheet", href: new URL("./aloud.css", import.meta.url).pathname }),
);
