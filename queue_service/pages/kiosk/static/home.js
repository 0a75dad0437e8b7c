// The services to choose from, as large as there is room for, in pages where there are many.

import { restButtons } from "./guard.js";
import { fits, fitWords, measured, putName, readersSize, scale, tall } from "./fit.js";
import { pictogramOf } from "./setup.js";
import { $, el, find, findAll, icon, setText, show } from "/static/js/page.js";
import { named, t } from "/static/js/texts.js";

/** @import { KioskSetup, Translations } from "/static/js/types.d.ts" */
/** @typedef {{ id: string, name: Translations, about?: Translations, note: string }} Offer */
/** @typedef {(service: string) => void} Press */

const MOST_ON_A_PAGE = 12;
const LEAST_ON_A_PAGE = 3; // fewer fit only if somebody has zoomed in: then the page scrolls
const SHARES = [1, 0.86, 0.74]; // of everything on the screen
const SIZES = [1.3, 1.15, 1.05, 0.96, 0.88, 0.81, 0.74, 0.68, 0.62, 0.56]; // of the services' names
const SMALLEST = 0.56; // of size and share together: rather another page than smaller letters
const USUAL_PX = 16; // the letters of a browser with its defaults
const MOST_OF_THE_HEIGHT = 0.15; // for an announcement

let drawn = ""; // the drawn names, and their size of screen
let scrolls = false; // nothing fits: somebody has zoomed in
let inOrder = ""; // the services, as they are drawn
/** @type {Offer[][]} */
let pages = [[]];

/** How many pages the services take. */
export const pageCount = () => pages.length;

/**
 * Draw the services.
 * @param {KioskSetup} setup
 * @param {{ page: number, untaken: (service: string) => boolean, stopped: (service: string) =>
 * string, press: Press, }} `untaken` says that no open counter takes a service, `stopped` why no
 * number is given for it for now ("" where one is), `press` follows a touch
 */
export function drawHome(setup, { page, untaken, stopped, press }) {
  const all = setup.services.map((service) => ({
    ...service,
    note: stopped(service.id) || (untaken(service.id) ? t("untaken.short") : ""),
  }));
  // Services with numbers now come first.
  const offers = [...all.filter(({ note }) => !note), ...all.filter(({ note }) => note)];
  const surroundings = ["#home-lead", "#home-note-text", "#home-stop", "#unsure"].map((id) =>
    $(id).textContent
  );
  const size = [innerWidth, innerHeight, devicePixelRatio];
  const shown = offers.map((offer) => [named(offer.name), offer]);
  const signature = JSON.stringify([shown, surroundings, size, document.fonts.status]);
  if (signature !== drawn) {
    const order = offers.map(({ id }) => id).join();
    if (order !== inOrder && drawn) restButtons(); // another button may have come under the finger
    inOrder = order;
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
  scale(1);
  scrolls = false;
  shorten();
  // Rather without descriptions than on another page.
  const bare = offers.map((offer) => ({ ...offer, about: undefined }));
  const described = offers.some(({ about, note }) => about && !note);
  const all = Math.max(1, offers.length);
  const most = Math.ceil(all / LEAST_ON_A_PAGE);
  const counts = Array.from({ length: most }, (_, index) => index + 1)
    .filter((count) => count >= Math.ceil(all / MOST_ON_A_PAGE));
  // A reader's larger letters stay while more pages help.
  for (const shares of readersSize() > USUAL_PX ? [[1], SHARES] : [SHARES]) {
    for (const count of counts) {
      for (const one of described ? [offers, bare] : [offers]) {
        pages = split(one, count);
        if (isLaidOutIn(shares, press)) return;
      }
    }
  }
  scale(1);
  $("#main").removeAttribute("data-crowded");
  scrolls = true;
  pages = [offers];
  $("#services").dataset.drawn = "";
  arrange(columnsFor(offers.length)[0], SMALLEST);
}

/**
 * @param {number[]} shares the largest first
 * @param {Press} press
 */
function isLaidOutIn(shares, press) {
  // Rather higher up than on another page.
  for (const crowded of tall() ? [false, true] : [false]) {
    $("#main").toggleAttribute("data-crowded", crowded);
    for (const share of shares) {
      scale(share);
      if (isLaidOut(SIZES.filter((size) => size * share >= SMALLEST), press)) return true;
    }
  }
  return false;
}

/**
 * @param {number[]} sizes the largest first
 * @param {Press} press
 */
function isLaidOut(sizes, press) {
  const least = sizes[sizes.length - 1];
  const columns = columnsFor(pages[0].length).filter((one) => everyPageFits(one, least, press));
  return sizes.some((size) => columns.some((one) => everyPageFits(one, size, press)));
}

/** A note that would take too much of the height is one line, and a button shows all of it. */
function shorten() {
  const note = $("#home-note");
  note.classList.remove("notice--short");
  const long = note.offsetHeight > MOST_OF_THE_HEIGHT * innerHeight;
  note.classList.toggle("notice--short", long);
  show("#home-note-more", long);
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
    const { top } = list.getBoundingClientRect();
    const deck = $("[data-screen=home] .deck");
    const gap = parseFloat(getComputedStyle(deck).paddingTop) / 2; // a notice may be above it
    const above = deck.getBoundingClientRect().top + gap;
    return serviceTexts().every(isWhole) && fits() && list.scrollHeight <= list.clientHeight &&
      top >= above &&
      (!tall() || top >= highest() * innerHeight);
  });
}

/** How high up a list may begin on a tall screen, as a share of its height. */
const highest = () => ($("#main").hasAttribute("data-crowded") ? 0.36 : 0.5);

const serviceTexts = () => findAll(".service__text", $("#services"));

/** @param {HTMLElement} text */
const isWhole = (text) =>
  text.scrollWidth <= text.clientWidth &&
  text.offsetHeight <= (text.parentElement?.clientHeight ?? 0);

/**
 * @param {number} columns
 * @param {number} size
 */
function arrange(columns, size) {
  const list = $("#services");
  list.style.setProperty("--columns", String(columns));
  list.dataset.columns = String(columns);
  list.style.setProperty("--size", String(size));
  // The number of rows and what is below, so that the stylesheet can share out the height.
  list.style.setProperty("--rows", String(Math.ceil(pages[0].length / columns)));
  $("#main").style.setProperty("--foot", `${$(".foot").offsetHeight}px`);
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
  if (scrolls) alikeLarge(serviceTexts());
  if (focused) find(`[data-service="${focused}"]`, list)?.focus();
}

/**
 * On a page that scrolls a word may still be too long: then all names are as small as it has to be.
 * @param {HTMLElement[]} texts
 */
function alikeLarge(texts) {
  texts.forEach((text) => fitWords(text));
  const least = Math.min(...texts.map((text) => parseFloat(getComputedStyle(text).fontSize)));
  for (const text of texts) text.style.fontSize = `${least}px`;
}

const focusedService = () =>
  /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.service;

/**
 * @param {Offer} offer
 * @param {Press} press
 */
function button({ id, name, about, note }, press) {
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
    pictogramOf(id) && icon(`p-${pictogramOf(id)}`, "service__pictogram"),
    el(
      "span",
      { class: "service__text grow" },
      shown,
      " ",
      el("span", { class: "service__note snug" }, note),
      !note && about && el("span", { class: "service__about snug" }, named(about)),
    ),
    icon("chevron-right"),
  );
}
