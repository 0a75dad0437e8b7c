// The panel in which both write: one's own field, the other's text, and its spoken parts.

import { $, el, findAll, setText, show } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { excess, Speech, Texts } from "./text.js";

/** @import { Note } from "./peer.js" */

const RESTS_MS = 1500; // without a letter, before the last words are spoken
const SPOKEN = 5; // texts that stay in the live region

/** The panel of a page, with the parts of the template `text`. */
export class TextPanel {
  #texts = new Texts();
  #speech = new Speech();
  #send;
  #open = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #resting;
  #field = /** @type {HTMLTextAreaElement} */ ($("#own-text"));
  #theirs = $("#their-text");

  /** @param {(note: Note) => void} send to the other end, if there is a connection */
  constructor(send) {
    this.#send = send;
    this.#field.addEventListener("input", () => this.#write());
    $("#write").addEventListener("click", () => this.#toggle());
    new ResizeObserver(() => this.#toEnd()).observe(this.#theirs); // by a keyboard on the screen
    this.draw();
  }

  /** Send both texts to a page that may lack them. */
  sendWhole() {
    this.#sendIf(this.#texts.whole());
  }

  /**
   * Take a note of the other end, as far as it is about texts. A text that arrives opens the panel.
   * @param {Note} note
   */
  take(note) {
    if (!this.#texts.take(note)) return;
    const { mine, theirs } = this.#texts;
    if (this.#field.value !== mine) this.#field.value = mine;
    this.#showTheirs(theirs);
    if (mine || theirs) this.#open = true;
    this.draw();
    this.#speak(this.#speech.sentences(theirs));
    clearTimeout(this.#resting);
    this.#resting = setTimeout(
      () => this.#speak(this.#speech.rest(this.#texts.theirs)),
      RESTS_MS,
    );
  }

  /** The conversation is over: nothing of it stays. */
  clear() {
    clearTimeout(this.#resting);
    this.#texts.clear();
    this.#speech = new Speech();
    this.#field.value = "";
    this.#theirs.textContent = "";
    $("#text-spoken").replaceChildren();
    this.#open = false;
    this.draw();
  }

  /** Draw what is not text; again in another language. */
  draw() {
    show("#text", this.#open);
    setText($("#write-words"), t(this.#open ? "write.close" : "write"));
    $("#write").toggleAttribute("data-on", this.#open);
    $("#write").setAttribute("aria-expanded", String(this.#open));
  }

  #toggle() {
    this.#open = !this.#open;
    this.draw();
    if (this.#open) this.#field.focus(); // which brings the keyboard of a touch screen
  }

  #write() {
    const field = this.#field;
    field.setRangeText("", 0, excess(field.value), "preserve");
    this.#sendIf(this.#texts.write(field.value));
  }

  /** @param {Note | null} note */
  #sendIf(note) {
    if (note) this.#send(note);
  }

  /** @param {string} text */
  #showTheirs(text) {
    const box = this.#theirs;
    const reads = box.scrollTop + box.clientHeight < box.scrollHeight - 2; // further up
    box.textContent = text;
    if (!reads) this.#toEnd();
  }

  #toEnd() {
    this.#theirs.scrollTop = this.#theirs.scrollHeight;
  }

  /** @param {string} text */
  #speak(text) {
    if (!text) return;
    $("#text-spoken").append(el("p", {}, text));
    for (const old of findAll("#text-spoken p").slice(0, -SPOKEN)) old.remove();
  }
}
