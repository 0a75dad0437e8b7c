// When buttons may be pressed: not while a number is on its way, and not in the first moment of a
// screen, where the second tap of a hasty finger would land on a part that has just appeared. A
// button that issues a number waits longer after a ticket, and longest where the finger that closed
// the ticket lies.

import { $ } from "/static/js/page.js";

const REST_MS = 600;
const BUSY_MS = 150; // most answers come sooner, and redrawing every button would delay them
const AFTER_TICKET_MS = 1800;
const SAME_SPOT_MS = 5000;
const ISSUES = ".service, .unsure, [data-issues]";

const main = $("#main");

let onItsWay = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let showing; // until it shows that a number is on its way
let restingUntil = 0; // from when on buttons may be pressed (performance.now)
let issuing = 0; // from when on those that issue a number
/** @type {{ rect: DOMRect, until: number } | null} */
let closedAt = null; // where the last ticket was closed
let known = false;

/** Whether a number is on its way. */
export const busy = () => onItsWay;

/**
 * Say whether a number is on its way. No press counts meanwhile, from the first moment.
 * @param {boolean} on
 */
export function setBusy(on) {
  onItsWay = on;
  clearTimeout(showing);
  if (on) showing = setTimeout(showBusy, BUSY_MS);
  else {
    main.removeAttribute("aria-busy");
    guard();
  }
}

function showBusy() {
  main.setAttribute("aria-busy", "true");
  guard();
}

main.addEventListener("click", (event) => {
  if (onItsWay) event.stopImmediatePropagation();
}, { capture: true });

/** Say that the state of the branch is known: from then on services can be chosen. */
export function setKnown() {
  known = true;
}

/** A new screen: ignore touches for a moment. */
export function restButtons() {
  restingUntil = performance.now() + REST_MS;
  guardIn(REST_MS);
}

/**
 * A ticket was closed by a press within `rect`: another press just now is a mistake.
 * @param {DOMRect} rect
 */
export function restAfterTicket(rect) {
  const now = performance.now();
  issuing = now + AFTER_TICKET_MS;
  closedAt = { rect, until: now + SAME_SPOT_MS };
  guardIn(AFTER_TICKET_MS);
  guardIn(SAME_SPOT_MS);
}

/** @param {number} milliseconds */
function guardIn(milliseconds) {
  setTimeout(guard, milliseconds + 10);
  guard();
}

/** Enable and disable the buttons accordingly; to be called after anything was drawn. */
export function guard() {
  const now = performance.now();
  const off = busy() || now < restingUntil;
  for (const button of main.querySelectorAll("button")) {
    const issues = button.matches(ISSUES);
    const resting = issues && (now < issuing || isUnderTheFinger(button, now));
    button.disabled = off || resting || (issues && !known);
  }
}

/**
 * @param {HTMLElement} button
 * @param {number} now
 */
function isUnderTheFinger(button, now) {
  if (closedAt === null || now >= closedAt.until) return false;
  const [one, other] = [button.getBoundingClientRect(), closedAt.rect];
  const beside = one.right <= other.left || one.left >= other.right;
  return !beside && one.bottom > other.top && one.top < other.bottom;
}
