// Printing a slip: on the kiosk's own printer, or through the browser.

import { post } from "/static/js/api.js";
import { $ } from "/static/js/page.js";
import { setup } from "../setup.js";

/** @import { PrinterAnswer, PrinterState } from "/static/js/types.d.ts" */

const PRINTING = ["ok", "paper_low"];

/** @type {PrinterState} */
let state = "ok"; // of the kiosk's own printer, as far as is known
let printing = false;

/** How wide the roll of paper is, in mm; "0" where nothing is printed. */
export const paper = () => setup().printer?.paper ?? $("#main").dataset.paper ?? "0";

/** Whether a slip is on its way to the kiosk's own printer. */
export const isPrinting = () => printing;

/** The trouble of the kiosk's own printer: "paper" without paper, "printer" for any other, "" for none. */
export function printerTrouble() {
  if (!setup().printer || PRINTING.includes(state)) return "";
  return state === "paper_out" ? "paper" : "printer";
}

/** Fetch what printing needs, so that it is there when the connection is lost. */
export const loadPrinting = () =>
  Promise.all([import("./slip.js"), setup().printer && import("./raster.js")]);

/**
 * Print a slip; false if the kiosk's own printer does not confirm it.
 * @param {HTMLElement} slip
 */
export async function printOut(slip) {
  const { printPaper, reportSlip } = await import("./slip.js");
  if (!setup().printer) {
    printPaper(slip, paper(), reportSlip);
    return true;
  }
  printing = true;
  try {
    const { printRaster } = await import("./raster.js");
    return known(await printRaster(slip, paper()));
  } catch {
    state = "unreachable"; // by this kiosk: the answer is lost, and a slip may come or not
    return false;
  } finally {
    printing = false;
  }
}

/** Ask the kiosk's own printer for its state; nothing without one, or while it prints. */
export async function checkPrinter() {
  if (!setup().printer || printing) return;
  try {
    known(await post("/printer/check", {}, { retry: false }));
  } catch {
    // It is asked again soon, and with the next slip.
  }
}

/** @param {PrinterAnswer} answer */
function known(answer) {
  state = answer.state;
  return answer.printed;
}
