// A message to a citizen who is elsewhere: asked for on the page, sent by the service.

import { $, el, findAll } from "/static/js/page.js";
import { language, t, tn } from "/static/js/texts.js";
import { obstacle, subscribe, unsubscribe } from "./push.js";
import { act, path } from "./updates.js";

/** @import { Reminder } from "./draw.js" */
/**
 * @typedef {{
 *   texts: Record<string, string>,
 *   country_codes: string[],
 *   push_key: string | null,
 * }} Messages
 */

const PLACES = [1, 2, 3, 5, 10];
const USUAL = 3; // people ahead
const LONGEST_MS = 8000;
const INVALID = 422;

/** @type {Promise<Reminding> | undefined} */
let loaded;

/**
 * Show what is wanted, or ask for the channel that was pressed.
 * @param {Reminder | null} wanted
 * @param {string} [asked]
 */
export async function offer(wanted, asked) {
  loaded ??= load(wanted);
  loaded.catch(() => loaded = undefined); // the next press tries again
  const reminding = await loaded;
  if (asked) reminding.ask(asked);
}

/**
 * Promise nothing any more: the service forgets where to with the call, and with the end.
 * @param {string} state
 */
export async function ended(state) {
  (await loaded)?.reset();
  if (state === "left") await unsubscribe(); // the message of a call may still be on its way
}

/** @param {Reminder | null} wanted */
async function load(wanted) {
  const address = `${path}/messages?lang=${language()}`;
  const response = await fetch(address, { signal: AbortSignal.timeout(LONGEST_MS) });
  if (!response.ok) throw new Error(`${response.status}`);
  return new Reminding(await response.json(), wanted);
}

class Reminding {
  #setup;
  #question = $("#remind-title").textContent;
  #buttons = findAll("[data-channel]");

  /**
   * @param {Messages} setup
   * @param {Reminder | null} wanted what was asked for already
   */
  constructor(setup, wanted) {
    this.#setup = setup;
    if (wanted) this.#show(wanted);
  }

  /** Ask again. */
  reset() {
    this.#show(null);
  }

  /** @param {string} channel */
  ask(channel) {
    const problem = channel === "push" ? obstacle() : "";
    if (problem) this.#draw(this.#sentence(this.#say(problem)), ...this.#buttons);
    else this.#draw(this.#form(channel));
    $(problem ? `[data-channel=${channel}]` : "input, select", $("#remind-area")).focus();
  }

  /** @param {string} channel */
  #form(channel) {
    const text = channel === "text";
    const choices = PLACES.map((place) =>
      el(
        "option",
        { value: place, selected: place === USUAL },
        `${place} ${tn("ahead.unit", place)}`,
      )
    );
    const place = el("select", { class: "input", name: "place" }, choices);
    const number = text && el("input", {
      class: "input",
      name: "number",
      type: "tel",
      autocomplete: "tel",
      maxlength: "40",
      "aria-describedby": "remind-kept remind-wrong",
    });
    const wrong = this.#sentence();
    const yes = el(
      "button",
      { class: "button button--primary button--large button--wide" },
      this.#say(`yes.${channel}`),
    );
    return el(
      "form",
      {
        class: "stack gap-3",
        novalidate: true,
        on: {
          submit: async (event) => {
            event.preventDefault();
            yes.disabled = true;
            const chosen = Number(place.value);
            const problem = number
              ? await this.#askText(number, chosen)
              : await this.#askPush(chosen);
            yes.disabled = false;
            wrong.hidden = !problem;
            wrong.textContent = problem;
          },
        },
      },
      el("p", { class: "soft" }, this.#say("how")),
      number && el("label", { class: "field" }, el("span", {}, this.#say("number")), number),
      el("label", { class: "field" }, el("span", {}, this.#say("when")), place),
      el("p", { class: "soft small", id: "remind-kept" }, this.#say(`kept.${channel}`)),
      wrong,
      yes,
    );
  }

  /**
   * @param {HTMLInputElement} number
   * @param {number} place
   */
  async #askText(number, place) {
    const wrong = this.#say("wrong", this.#setup.country_codes.join(", "));
    const problem = await this.#do("text-message", { number: number.value, place }, wrong);
    number.toggleAttribute("aria-invalid", problem === wrong);
    if (problem) number.focus();
    return problem;
  }

  /** @param {number} place */
  async #askPush(place) {
    const key = this.#setup.push_key;
    if (!key) return t("failed");
    try {
      const subscription = await subscribe(key);
      if (typeof subscription === "string") return this.#say(subscription);
      return await this.#do("push-message", { ...subscription, place });
    } catch {
      return this.#failed();
    }
  }

  async #stop() {
    const problem = await this.#do("no-message", {});
    if (problem) return $("#remind-area").append(this.#sentence(problem));
    await unsubscribe();
  }

  /**
   * The sentence about what went wrong, empty if nothing has.
   * @param {string} what
   * @param {Record<string, unknown>} body
   * @param {string} invalid the sentence about a request that is not valid
   */
  async #do(what, body, invalid = "") {
    let problem = "";
    const next = await act(what, body, (status) => {
      if (status === INVALID) problem = invalid;
    });
    if (!next) return problem || this.#failed();
    this.#show(next.reminder);
    $("#remind-title").tabIndex = -1; // the pressed button is gone
    $("#remind-title").focus();
    return "";
  }

  #failed() {
    return t(navigator.onLine ? "failed" : "error.network");
  }

  /** @param {Reminder | null} wanted */
  #show(wanted) {
    $("#remind").classList.toggle("alert--on", wanted !== null);
    $("#remind-title").textContent = wanted ? this.#say(`on.${wanted.channel}`) : this.#question;
    if (!wanted) return this.#draw(...this.#buttons);
    const stop = el(
      "button",
      { type: "button", class: "button button--wide", on: { click: () => this.#stop() } },
      this.#say("stop"),
    );
    this.#draw(stop);
  }

  /** @param {...HTMLElement} content */
  #draw(...content) {
    $("#remind-area").replaceChildren(...content);
  }

  /** @param {string} [words] */
  #sentence(words = "") {
    return el(
      "p",
      { class: "banner banner--bad", id: "remind-wrong", role: "alert", hidden: !words },
      words,
    );
  }

  /**
   * @param {string} key
   * @param {string} codes
   */
  #say(key, codes = "") {
    return (this.#setup.texts[key] ?? key).replace("{codes}", `\u2068${codes}\u2069`);
  }
}
