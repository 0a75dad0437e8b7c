// The code on a ticket and its slip, with which the citizen follows the number on a phone.

import { el } from "/static/js/page.js";
import { t } from "/static/js/texts.js";

/** @import { FollowCode, QrCode } from "/static/js/types.d.ts" */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Its content on the slip.
 * @param {FollowCode} code
 * @param {string} lang
 */
export const codeOf = ({ address, qr }, lang) =>
  el(
    "div",
    { class: "paper__follow" },
    squares(qr, "paper__code"),
    el(
      "div",
      {},
      el("p", { class: "bold" }, t("slip.follow", {}, lang)),
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
