// The services to choose from, as large as there is room for, in pages where there are many.

import { fits, fitWords, measured, putName, scale, tall } from "./fit.js";
import { $, el, icon } from "/static/js/page.js";
import { named, t } from "/static/js/texts.js";

const MOST_ON_A_PAGE = 12;
const LEAST_ON_A_PAGE = 3; // fewer fit only where somebody has zoomed in: then the page scrolls
const SHARES = [1, 0.86, 0.74]; // of everything on the screen, where the reader's own size is large
const SIZES = [1, 0.9, 0.81, 0.73, 0.66, 0.6];

let drawn = ""; // what is drawn, and for which size of screen
let pages = [[]];

/** How many pages the services take. */
export const pageCount = () => pages.length;

/**
 * Draw the services. `untaken(id)` tells that no open counter takes one, `press(id)` follows a touch.
 */
export function drawHome(setup, { page, untaken, press }) {
  const note = ({ id }) => (untaken(id) ? t("untaken.short") : "");
  const looks = setup.services.map((service) => ({ ...service, note: note(service) }));
  const surroundings = ["#home-lead", "#home-note", "#unsure"].map((id) => $(id).textContent);
  const size = [innerWidth, innerHeight, devicePixelRatio];
  const shown = looks.map((look) => [named(look.name), look]);
  const signature = JSON.stringify([shown, surroundings, size, document.fonts.status]);
  if (signature !== drawn) {
    drawn = signature;
    measured(() => layOut(looks, press));
  }
  show(Math.min(page, pages.length - 1), press);
}

/** "Andet – or in doubt?" and "Take a number here": broken between the two, if at all. */
export function drawUnsure(name) {
  const parts = [t("unsure.ask", { service: named(name) }), t("unsure.take")];
  $("#unsure-name").replaceChildren(...parts.flatMap((part) => [el("span", {}, part), " "]));
}

// As few pages as can be, and then text as large as can be.
function layOut(looks, press) {
  for (const share of SHARES) {
    scale(share);
    if (inPages(looks, press)) return;
  }
  scale(1);
  pages = [looks];
  $("#services").dataset.drawn = "";
  arrange(columnsFor(looks.length)[0], SIZES.at(-1));
}

function inPages(looks, press) {
  const all = Math.max(1, looks.length);
  const most = Math.ceil(all / LEAST_ON_A_PAGE);
  for (let count = Math.ceil(all / MOST_ON_A_PAGE); count <= most; count += 1) {
    pages = split(looks, count);
    const smallest = SIZES.at(-1);
    const columns = columnsFor(pages[0].length).filter((one) =>
      everyPageFits(one, smallest, press)
    );
    if (!columns.length) continue;
    for (const size of SIZES) {
      if (columns.some((one) => everyPageFits(one, size, press))) return true;
    }
  }
  return false;
}

function split(looks, count) {
  const each = Math.ceil(looks.length / count);
  const found = [];
  for (let from = 0; from < looks.length; from += each) found.push(looks.slice(from, from + each));
  return found.length ? found : [[]];
}

// How many columns, in order of preference.
function columnsFor(count) {
  if (innerWidth < 600) return [1];
  if (count <= 4) return [1, 2];
  return innerWidth > innerHeight ? [2, 3] : [2];
}

function everyPageFits(columns, size, press) {
  arrange(columns, size);
  return pages.every((_, index) => {
    show(index, press);
    const list = $("#services");
    const texts = [...list.querySelectorAll(".service__text")];
    return texts.map((text) => fitWords(text)).every(Boolean) && fits() &&
      (!tall() || list.getBoundingClientRect().top >= innerHeight / 2);
  });
}

function arrange(columns, size) {
  const list = $("#services");
  list.style.setProperty("--columns", columns);
  list.dataset.columns = columns;
  list.style.setProperty("--size", size);
  // How many rows that makes, so that the stylesheet can share out the height.
  list.style.setProperty("--rows", Math.ceil(pages[0].length / columns));
}

function show(page, press) {
  const list = $("#services");
  $("#pages").hidden = pages.length < 2;
  $("#page-previous").hidden = page === 0;
  $("#page-next").hidden = page >= pages.length - 1;
  const which = t("page.which", { page: page + 1, pages: pages.length });
  if ($("#page-which").textContent !== which) $("#page-which").textContent = which;
  const wanted = JSON.stringify(pages[page]);
  if (list.dataset.drawn === wanted && list.lang === document.documentElement.lang) return;
  list.dataset.drawn = wanted;
  list.lang = document.documentElement.lang;
  const focused = document.activeElement?.dataset?.service;
  list.replaceChildren(...pages[page].map((look) => el("li", {}, button(look, press))));
  list.querySelectorAll(".service__text").forEach((text) => fitWords(text));
  if (focused) list.querySelector(`[data-service="${focused}"]`)?.focus();
}

function button({ id, name, note }, press) {
  const shown = el("span", { class: "service__name" });
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
      { class: "service__text" },
      shown,
      " ",
      el("span", { class: "service__note" }, note),
    ),
    icon("chevron-right"),
  );
}
