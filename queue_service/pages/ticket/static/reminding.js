// A text message to a citizen who is elsewhere: asked for on the page, sent by the service.

import { $, $input, el, show } from "/static/js/page.js";
import { t, tn } from "/static/js/texts.js";
import { act } from "./updates.js";

/** @import { Reminder } from "./draw.js" */

const PLACES = [1, 2, 3, 5, 10];
const USUAL = 3; // people ahead

export class Reminding {
  /** @type {Reminder | null} */
  #wanted;
  #asking;
  #codes;

  /**
   * @param {Reminder | null} wanted what was asked for already
   * @param {boolean} asking whether the number is asked for at once
   * @param {string[]} codes the country codes to which messages go, such as +45
   */
  constructor(wanted, asking, codes) {
    this.#wanted = wanted;
    this.#codes = codes.join(", ");
    this.#asking = asking;
    for (const name of ["how", "when", "kept", "yes", "stop"]) {
      $(`#remind-${name}`).textContent = t(`remind.${name}`);
    }
    $("#remind-label").textContent = t("remind.number");
    $("#remind-open").textContent = t("remind.yes");
    $("#remind-place").replaceChildren(
      ...PLACES.map((place) =>
        el(
          "option",
          { value: place, selected: place === USUAL },
          `${place} ${tn("ahead.unit", place)}`,
        )
      ),
    );
    $("#remind-open").addEventListener("click", () => this.#begin());
    $("#remind-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#ask();
    });
    $("#remind-stop").addEventListener("click", () => this.#do("no-message", {}));
    if (asking) this.#begin();
    else this.#draw();
  }

  #begin() {
    this.#asking = true;
    this.#draw();
    $("#remind-number").focus();
  }

  async #ask() {
    const number = $input("#remind-number");
    const place = Number(/** @type {HTMLSelectElement} */ ($("#remind-place")).value);
    const done = await this.#do("text-message", { number: number.value, place });
    number.toggleAttribute("aria-invalid", !done);
    if (done) number.value = "";
    else number.focus();
  }

  /**
   * @param {string} what
   * @param {Record<string, unknown>} body
   */
  async #do(what, body) {
    const next = await act(what, body);
    const wrong = $("#remind-wrong");
    wrong.hidden = next !== null;
    if (!next) {
      const key = what === "text-message" ? "remind.wrong" : "failed";
      wrong.textContent = t(key, { codes: this.#codes });
    }
    if (!next) return false;
    this.#wanted = next.reminder;
    this.#asking = false;
    this.#draw();
    return true;
  }

  #draw() {
    const wanted = this.#wanted !== null;
    $("#remind-title").textContent = t(wanted ? "remind.on.text" : "remind.ask");
    $("#remind").classList.toggle("alert--on", wanted);
    show("#remind-form", this.#asking && !wanted);
    show("#remind-open", !this.#asking && !wanted);
    show("#remind-stop", wanted);
  }
}
