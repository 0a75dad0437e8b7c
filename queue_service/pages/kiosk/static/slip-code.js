// The code on a slip, with which the citizen says later how it went.

import { post } from "/static/js/api.js";
import { el } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { dateIn } from "/static/js/times.js";

/** @import { QrCode, SlipCode } from "/static/js/types.d.ts" */

const TIMEOUT_MS = 1500; // the number is on the screen, and its slip waits no longer than this
const SVG = "http://www.w3.org/2000/svg";

/**
 * A code for one slip, or null if none comes in time: the slip is printed without it.
 * @param {string} service
 * @returns {Promise<SlipCode | null>}
 */
export async function slipCode(service) {
  try {
    return await post("/feedback/codes", { service }, { retry: false, timeout: TIMEOUT_MS });
  } catch {
    return null;
  }
}

/**
 * Its content on the slip.
 * @param {SlipCode} code
 * @param {string} timezone
 * @param {string} lang
 */
export const codeOf = ({ address, expires_at: expires, qr }, timezone, lang) =>
  el(
    "div",
    { class: "paper__answer" },
    squares(qr, "paper__code"),
    el(
      "div",
      {},
      el("p", {}, t("slip.answer", { day: lastDay(expires, timezone, lang) }, lang)),
      el("p", { class: "paper__address" }, ...inParts(address)),
    ),
  );

/**
 * An address as it is typed, from left to right in any language, which breaks before a slash.
 * @param {string} address
 */
export const inParts = (address) => {
  const parts = address.replace(/^https?:\/\//, "").split("/")
    .flatMap((part, nth) => nth > 0 ? [el("wbr"), `/${part}`] : [part]);
  return [el("bdi", { dir: "ltr" }, parts)];
};

/**
 * The last day on which a code answers: it expires as the next begins.
 * @param {string} expires
 * @param {string} timezone
 * @param {string} lang
 */
const lastDay = (expires, timezone, lang) =>
  dateIn(Date.parse(expires) - 1, timezone, { year: "numeric" }, lang);

/**
 * Draw a QR code.
 * @param {QrCode} qr
 * @param {string} name the class of the picture
 */
export function squares({ size, path }, name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", name);
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  svg.setAttribute("aria-hidden", "true");
  const dark = document.createElementNS(SVG, "path");
  dark.setAttribute("d", path);
  svg.append(dark);
  return svg;
}
