// When buttons may be pressed: not while a number is on its way, and not in the first moment of a
// screen, where the second tap of a hasty finger would land on what has just appeared.

import { $ } from "./page.js";

const SETTLE_MS = 600;
const main = $("#main");

let settling = null;
let known = false;

/** Whether a number is on its way. */
export const busy = () => main.hasAttribute("aria-busy");

/** Say whether a number is on its way. */
export function setBusy(on) {
  main.toggleAttribute("aria-busy", on);
  if (on) main.setAttribute("aria-busy", "true");
  guard();
}

/** Say that the state of the branch is known: from then on services can be chosen. */
export function setKnown() {
  known = true;
}

/** A new screen: let it settle. */
export function settle() {
  clearTimeout(settling);
  settling = setTimeout(() => {
    settling = null;
    guard();
  }, SETTLE_MS);
  guard();
}

/** Enable and disable the buttons accordingly; to be called after anything was drawn. */
export function guard() {
  const off = busy() || settling !== null;
  for (const button of main.querySelectorAll("button")) {
    button.disabled = off || (!known && button.matches(".service, .unsure"));
  }
}
