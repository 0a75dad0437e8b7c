// Services without a number: their address, as a code for the phone and on paper to take along.

import { get } from "/static/js/api.js";
import { $, el, page, show } from "/static/js/page.js";
import { language, named, t } from "/static/js/texts.js";
import { dateIn } from "/static/js/times.js";
import { paper, printOut } from "./printing.js";
import { bringLines, markLanguage, publicText } from "../ready.js";
import { serviceNames, setup } from "../setup.js";
import { bringPart } from "./slip.js";
import { inParts, squares } from "./slip-code.js";

/** @import { QrCode } from "/static/js/types.d.ts" */

const TIMEOUT_MS = 1500; // a slip waits no longer than this for its code

/** @type {Map<string, QrCode>} */
const codes = new Map(); // by address

/**
 * The code that leads a phone to an address; null if it does not come in time.
 * @param {string} service
 * @param {string} address
 * @returns {Promise<QrCode | null>}
 */
async function codeOf(service, address) {
  if (!codes.has(address)) {
    const where = `${location.origin}/kiosk/${page.branch}/own/${encodeURIComponent(service)}`;
    try {
      /** @type {Record<string, QrCode>} */
      const found = await get(where, { retry: false, timeout: TIMEOUT_MS });
      for (const [each, code] of Object.entries(found)) codes.set(each, code);
    } catch {
      return null;
    }
  }
  return codes.get(address) ?? null;
}

/**
 * Draw the screen for a service.
 * @param {string} service
 * @param {boolean} printed
 */
export function drawOwn(service, printed) {
  const text = publicText(service);
  if (!text?.own) return;
  $("#own-service").textContent = named(serviceNames(service));
  $("#own-lead").textContent = t(printed ? "own.printed" : "own.lead");
  $("#own-text").textContent = text.own.text;
  markLanguage(text.lang, "#own-text", "#own-lines");
  $("#own-address").replaceChildren(...inParts(short(text.own.address)));
  show("#own-bring", text.bring.length > 0);
  $("#own-lines").replaceChildren(
    ...text.bring.map((line) => el("li", { class: "ready__item" }, line)),
  );
  show("#own-print", paper() !== "0" && !printed);
  drawCode(service, text.own.address);
}

/**
 * @param {string} service
 * @param {string} address
 */
async function drawCode(service, address) {
  const place = $("#own-code");
  if (place.dataset.address === address) return;
  place.dataset.address = address;
  place.replaceChildren();
  const code = await codeOf(service, address);
  if (place.dataset.address !== address) return;
  if (code) place.replaceChildren(squares(code, "own__squares"));
  else delete place.dataset.address; // requested again when it is redrawn
}

/**
 * Print it: what to do, where, and what to have ready. It is no ticket, and says so by having no number.
 * False if no slip comes.
 * @param {string} service
 * @param {number} now
 */
export async function printOwn(service, now) {
  const lang = language(), text = publicText(service, lang);
  if (!text?.own) return false;
  const code = await codeOf(service, text.own.address);
  const slip = el(
    "div",
    { class: `paper paper--${paper()}`, lang },
    el("p", { class: "paper__branch" }, setup().name),
    el("p", { class: "paper__label" }, t("ready.own", {}, lang)),
    el("p", { class: "paper__service" }, named(serviceNames(service), lang)),
    el("p", { class: "paper__fact" }, text.own.text),
    code && squares(code, "paper__code"),
    el("p", { class: "paper__address" }, ...inParts(short(text.own.address))),
    bringPart(bringLines(service, lang), lang),
    el("p", { class: "paper__time" }, dateIn(now, setup().timezone, { year: "numeric" }, lang)),
  );
  return printOut(slip);
}

/** @param {string} address */
const short = (address) => address.replace(/^https:\/\/(www\.)?/, "");
