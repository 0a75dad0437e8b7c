// The services to choose from, as large as there is room for, in pages where there are many.

import { fits, fitWords, measured, putName, scale, tall } from "./fit.js";
import { $, el, find, findAll, icon, setText, show } from "/static/js/page.js";
import { named, t } from "/static/js/texts.js";

/** @import { KioskSetup, Translations } from "/static/js/types.d.ts" */
/** @typedef {{ id: string, name: Translations, note: string }} Offer */
/** @typedef {(service: string) => void} Press */

const MOST_ON_A_PAGE = 12;
const LEAST_ON_A_PAGE = 3; // fewer fit only where somebody has zoomed in: then the page scrolls
const SHARES = [1, 0.86, 0.74]; // of everything on the screen, where the reader's own size is large
const SMALLEST = 0.6;
const SIZES = [1, 0.9, 0.81, 0.73, 0.66, SMALLEST];

let drawn = ""; // what is drawn, and for which size of screen
/** @type {Offer[][]} */
let pages = [[]];

/** How many pages the services take. */
export const pageCount = () => pages.length;

/**
 * Draw the services.
 * @param {KioskSetup} setup
 * @param {{
 *   page: number,
 *   untaken: (service: string) => boolean,
 *   stopped: (service: string) => string,
 *   press: Press,
 * }} how `untaken` tells that no open counter takes a service, `stopped` why no number is given for
 *   it for now ("" where one is), `press` follows a touch
 */
export function drawHome(setup, { page, untaken, stopped, press }) {
  const offers = setup.services.map((service) => ({
    ...service,
    note: stopped(service.id) || (untaken(service.id) ? t("untaken.short") : ""),
  }));
  const surroundings = ["#home-lead", "#home-note", "#home-stop", "#unsure"].map((id) =>
    $(id).textContent
  );
  const size = [innerWidth, innerHeight, devicePixelRatio];
  const shown = offers.map((offer) => [named(offer.name), offer]);
  const signature = JSON.stringify([shown, surroundings, size, document.fonts.status]);
  if (signature !== drawn) {
    drawn = signature;
    measured(() => layOut(offers, press));
  }
  showPage(Math.min(page, pages.length - 1), press);
}

/**
 * "Andet – or in doubt?" and "Take a number here": broken between the two, if at all.
 * @param {Translations} name
 * @param {boolean} untaken whether no open counter takes it
 * @param {string} stopped why no number is given for it for now; "" where one is
 */
export function drawUnsure(name, untaken, stopped) {
  const parts = [t("unsure.ask", { service: named(name) }), ...(stopped ? [] : [t("unsure.take")])];
  $("#unsure-name").replaceChildren(...parts.flatMap((part) => [el("span", {}, part), " "]));
  $("#unsure").classList.toggle("unsure--stopped", stopped !== "");
  $("#unsure-why").textContent = stopped || t(untaken ? "untaken.short" : "unsure.why");
}

/**
 * As few pages as can be, and then text as large as can be.
 * @param {Offer[]} offers
 * @param {Press} press
 */
function layOut(offers, press) {
  for (const share of SHARES) {
    scale(share);
    if (inPages(offers, press)) return;
  }
  scale(1);
  pages = [offers];
  $("#services").dataset.drawn = "";
  arrange(columnsFor(offers.length)[0], SMALLEST);
}

/**
 * @param {Offer[]} offers
 * @param {Press} press
 */
function inPages(offers, press) {
  const all = Math.max(1, offers.length);
  const most = Math.ceil(all / LEAST_ON_A_PAGE);
  for (let count = Math.ceil(all / MOST_ON_A_PAGE); count <= most; count += 1) {
    pages = split(offers, count);
    const columns = columnsFor(pages[0].length).filter((one) =>
      everyPageFits(one, SMALLEST, press)
    );
    if (!columns.length) continue;
    for (const size of SIZES) {
      if (columns.some((one) => everyPageFits(one, size, press))) return true;
    }
  }
  return false;
}

/**
 * @param {Offer[]} offers
 * @param {number} count
 */
function split(offers, count) {
  const each = Math.ceil(offers.length / count);
  const found = [];
  for (let from = 0; from < offers.length; from += each) {
    found.push(offers.slice(from, from + each));
  }
  return found.length ? found : [[]];
}

/**
 * How many columns, in order of preference.
 * @param {number} count
 */
function columnsFor(count) {
  if (innerWidth < 600) return [1];
  if (count <= 4) return [1, 2];
  return innerWidth > innerHeight ? [2, 3] : [2];
}

/**
 * @param {number} columns
 * @param {number} size
 * @param {Press} press
 */
function everyPageFits(columns, size, press) {
  arrange(columns, size);
  return pages.every((_, index) => {
    showPage(index, press);
    const list = $("#services");
    return serviceTexts().map((text) => fitWords(text)).every(Boolean) && fits() &&
      (!tall() || list.getBoundingClientRect().top >= innerHeight / 2);
  });
}

const serviceTexts = () => findAll(".service__text", $("#services"));

/**
 * @param {number} columns
 * @param {number} size
 */
function arrange(columns, size) {
  const list = $("#services");
  list.style.setProperty("--columns", String(columns));
  list.dataset.columns = String(columns);
  list.style.setProperty("--size", String(size));
  // How many rows that makes, so that the stylesheet can share out the height.
  list.style.setProperty("--rows", String(Math.ceil(pages[0].length / columns)));
}

/**
 * @param {number} page
 * @param {Press} press
 */
function showPage(page, press) {
  const list = $("#services");
  show("#pages", pages.length > 1);
  show("#page-previous", page > 0);
  show("#page-next", page < pages.length - 1);
  const which = t("page.which", { page: page + 1, pages: pages.length });
  setText($("#page-which"), which);
  const wanted = JSON.stringify(pages[page]);
  if (list.dataset.drawn === wanted && list.lang === document.documentElement.lang) return;
  list.dataset.drawn = wanted;
  list.lang = document.documentElement.lang;
  const focused = focusedService();
  list.replaceChildren(...pages[page].map((offer) => el("li", {}, button(offer, press))));
  serviceTexts().forEach((text) => fitWords(text));
  if (focused) find(`[data-service="${focused}"]`, list)?.focus();
}

const focusedService = () =>
  /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.service;

/**
 * @param {Offer} offer
 * @param {Press} press
 */
function button({ id, name, note }, press) {
  const shown = el("span", { class: "service__name strong" });
  putName(shown, name);
  return el(
    "button",
    {
      type: "button",
      class: `service${note ? " service--untaken" : ""}`,
      dataset: { service: id },
      on: { click: () => press(id) },
    },
    el(
      "span",
      { class: "service__text grow" },
      shown,
      " ",
      el("span", { class: "service__note snug" }, note),
    ),
    icon("chevron-right"),
  );
}
