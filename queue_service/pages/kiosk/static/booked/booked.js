// The arrival for an appointment: its code by large keys, a keyboard or a scanner, and what follows.

import { asApiError, get, post } from "/static/js/api.js";
import { $, announce, el, find, icon, page } from "/static/js/page.js";
import { addTexts, language, t } from "/static/js/texts.js";
import { clock, dateIn } from "/static/js/times.js";
import { guard } from "../guard.js";
import { isLetter, LENGTH, letters } from "./scanner.js";
import { setup } from "../setup.js";

/** @import { ArrivedVisit, Problem } from "/static/js/types.d.ts" */
/**
 * What follows: `typed` from a letter, the others from a button.
 * @typedef {{ send: (code: string, anyway: boolean) => void, back: () => void, typed: () => void }} Hooks
 */
/**
 * A refusal: its kind, the values of its sentences, and the code it is about.
 * @typedef {{ kind: string, values: Record<string, string>, code: string }} Refusal
 */

const TIMEOUT_MS = 3000;

let typed = "";
let afterTyping = () => {};
/** @type {Refusal | null} */
let refusal = null;
let drawn = "";
/** @type {Promise<void> | null} */
let loading = null;

/** Fetch the texts of the screen, which are no part of the first load. */
export async function ready() {
  loading ??= get(`${location.origin}/kiosk/${page.branch}/bookings`, {
    retry: false,
    timeout: TIMEOUT_MS,
  }).then(addTexts);
  try {
    await loading;
  } catch (error) {
    loading = null;
    throw error;
  }
}

/** Begin with no letter. */
export function begin() {
  typed = "";
  refusal = null;
  drawn = "";
}

/**
 * The visit of a code.
 * @param {string} code
 * @param {boolean} anyway to wait now, however early it is
 * @returns {Promise<ArrivedVisit | null>} null if it is refused: the screen then says why
 */
export async function arrive(code, anyway) {
  const early = anyway ? { anyway } : {};
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await post(`/bookings/${code}/arrive`, { language: language(), ...early }, { signal });
  } catch (thrown) {
    const error = asApiError(thrown);
    refusal = { kind: kindOf(error.code, error.problem), values: valuesOf(error.problem), code };
    announce(t(`booked.${refusal.kind}`, refusal.values));
    return null;
  }
}

const KINDS = /** @type {Record<string, string>} */ ({
  too_early: "early",
  other_day: "day",
  booked_elsewhere: "elsewhere",
  unknown_code: "unknown",
  rate_limited: "limited",
});

/**
 * @param {string} code
 * @param {Problem} problem
 */
function kindOf(code, { state }) {
  if (code === "booking_over") return state === "missed" ? "missed" : "cancelled";
  return KINDS[code] ?? "lost";
}

/**
 * @param {Problem} problem
 * @returns {Record<string, string>}
 */
function valuesOf({ come_back_at: earliest, starts_at: at, name, street_address: address }) {
  const { timezone } = setup();
  return {
    time: earliest ? clock(earliest, timezone) : "",
    booked: at ? clock(at, timezone) : "",
    day: at ? dateIn(Date.parse(at), timezone, { weekday: "long" }) : "",
    branch: [name, address].filter(Boolean).join(", "),
  };
}

/**
 * How a visit that has just arrived is queued, in a sentence.
 * @param {ArrivedVisit} visit
 */
export function arrivedSentence({ booking, replayed, issued_at: issued }) {
  if (replayed) return t("arrived.again");
  const before = booking.arrival === "in_time" && issued < booking.starts_at;
  const key = before ? "before" : booking.arrival;
  return t(`arrived.${key}`, { time: clock(booking.starts_at, setup().timezone) });
}

/**
 * The end of a visit that was called or cancelled, in a sentence. No screen knows whether one that was
 * called is over.
 * @param {ArrivedVisit} visit
 */
export const goneSentence = ({ state, number }) =>
  t(state === "abandoned" ? "undone" : "arrived.called", { number });

/**
 * Draw the screen: the keys, or why the code leads to no number.
 * @param {Hooks} hooks
 */
export function drawBooked(hooks) {
  afterTyping = hooks.typed;
  const now = JSON.stringify([language(), refusal]);
  if (now !== drawn) {
    const first = drawn === "";
    drawn = now;
    const { kind, values } = refusal ?? { kind: "title", values: {} };
    $("#booked-title").textContent = t(`booked.${kind}`, values);
    $("#booked-lead").textContent = t(`booked.${refusal ? `${kind}.do` : "lead"}`, values);
    $("#booked-deck").replaceChildren(...(refusal ? outcome(refusal, hooks) : keys(hooks)));
    if (!first) $("#booked-title").focus({ preventScroll: true });
  }
  if (refusal === null) drawTyped();
}

function drawTyped() {
  for (const [at, box] of [...$("#booked-typed").children].entries()) {
    box.textContent = typed[at] ?? "";
    box.classList.toggle("typed__box--next", at === typed.length);
  }
  $("#booked-spoken").textContent = [...typed].join(" ");
  const whole = typed.length === LENGTH;
  $("#booked-here").setAttribute("aria-disabled", String(!whole));
  $("#booked-here").classList.toggle("typed__here--whole", whole);
}

/** @param {Hooks} hooks */
function keys(hooks) {
  const send = () => typed.length === LENGTH && hooks.send(typed, false);
  return [
    el(
      "div",
      { class: "typed", dir: "ltr" },
      boxes({ id: "booked-typed", "data-heard": "", "aria-hidden": "true" }),
      el("p", { class: "visually-hidden", id: "booked-spoken", role: "status" }),
      el(
        "div",
        { class: "typed__keys", role: "group", "aria-labelledby": "booked-title" },
        ...letters().map((letter) => key(letter, () => type(letter), letter)),
        key(icon("arrow-left"), () => type(""), t("booked.delete")),
      ),
    ),
    actions(
      button(t("booked.here"), send, "button--primary button--large", { id: "booked-here" }),
      button(t("back"), hooks.back, "actions__small"),
    ),
  ];
}

/**
 * @param {Refusal} found
 * @param {Hooks} hooks
 */
function outcome({ kind, code }, hooks) {
  const again = () => {
    begin();
    drawBooked(hooks);
    guard();
    $("#booked-title").focus({ preventScroll: true });
  };
  const big = "button--primary button--large";
  const retype = kind === "unknown" && button(t("booked.again"), again, big);
  const resend = kind === "lost" &&
    button(t("failed.do"), () => hooks.send(code, false), big, { "data-issues": "" });
  const anyway = kind === "early" && [
    el("p", { class: "panel__lead typed__anyway" }, t("booked.anyway.do")),
    actions(
      button(t("back"), hooks.back, big),
      button(t("booked.anyway"), () => hooks.send(code, true), "button--large", {
        "data-issues": "",
      }),
    ),
  ];
  const wrong = kind === "unknown" && [boxes({ dir: "ltr" }, code)]; // to be compared with the letter
  return anyway || [
    ...(wrong || []),
    actions(retype || resend, button(t("back"), hooks.back, "button--large")),
  ];
}

/**
 * A box for each letter of a code.
 * @param {Record<string, string>} attributes
 */
const boxes = (attributes, code = "") =>
  el(
    "p",
    { class: "typed__boxes", ...attributes },
    ...Array.from(
      { length: LENGTH },
      (_, at) => el("span", { class: "typed__box number" }, code[at] ?? ""),
    ),
  );

/** @param {...(HTMLElement | false)} buttons */
const actions = (...buttons) => el("div", { class: "actions wrap" }, ...buttons);

/**
 * @param {string | Element} text
 * @param {() => unknown} press
 * @param {string} look
 * @param {Record<string, string>} more
 */
const button = (text, press, look, more = {}) =>
  el("button", { type: "button", class: `button ${look}`, on: { click: press }, ...more }, text);

/**
 * @param {string | Element} face
 * @param {() => void} press
 * @param {string} label
 */
const key = (face, press, label) => button(face, press, "typed__key", { "aria-label": label });

/** @param {string} letter "" deletes the last one */
function type(letter) {
  typed = letter ? (typed + letter).slice(0, LENGTH) : typed.slice(0, -1);
  drawTyped();
  afterTyping();
}

let listening = false;

/**
 * Type by a keyboard where the keys are on show, from the first call on; not while the screen is read
 * aloud, when some keys lead through it.
 * @param {{ shown: () => boolean, send: (code: string) => void }} hooks `shown`: the keys are
 */
export function listen({ shown, send }) {
  if (listening) return;
  listening = true;
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (!shown() || refusal !== null || find("#aloud")) return;
    const letter = event.key.toUpperCase();
    if (isLetter(letter)) type(letter);
    else if (event.key === "Backspace") type("");
    else if (event.key === "Enter" && typed.length === LENGTH && !isPress(event.target)) {
      event.preventDefault();
      send(typed);
    }
  }, { capture: true });
}

/**
 * Whether Enter presses a button there. A letter is none: the code is whole, as it was touched last.
 * @param {EventTarget | null} target
 */
const isPress = (target) =>
  target instanceof HTMLButtonElement && !/^[A-Z]$/.test(target.textContent ?? "");
