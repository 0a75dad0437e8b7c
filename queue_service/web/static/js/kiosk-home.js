// The services to choose from, as large as their number allows, in pages when there are many.

import { $, el, icon } from "./page.js";
import { named, t } from "./texts.js";

const ON_ONE_PAGE = 12;
const ON_EACH_OF_MANY = 8; // the buttons that turn the page need their place

// How many columns stand beside each other on an upright and on a lying screen.
const SIZES = [
  { name: "few", upTo: 4, upright: 1, lying: 1 },
  { name: "some", upTo: 8, upright: 2, lying: 2 },
  { name: "many", upTo: ON_ONE_PAGE, upright: 2, lying: 3 },
];

let drawn = "";

/** The services, page by page. */
export function pagesOf(setup) {
  const { services } = setup;
  if (services.length <= ON_ONE_PAGE) return [services];
  const pages = [];
  for (let from = 0; from < services.length; from += ON_EACH_OF_MANY) {
    pages.push(services.slice(from, from + ON_EACH_OF_MANY));
  }
  return pages;
}

/**
 * Draw the services. `untaken(id)` tells that no open counter takes one, `again` is the sentence
 * with the next hours for those, `press(id)` follows a touch.
 */
export function drawHome(setup, { page, untaken, again, press }) {
  const pages = pagesOf(setup);
  const shown = pages[Math.min(page, pages.length - 1)];
  drawPages(page, pages.length);
  const looks = shown.map((service) => ({
    id: service.id,
    name: named(service.name),
    notes: untaken(service.id) ? [t("untaken.short"), again] : [],
  }));
  const signature = JSON.stringify(looks);
  if (signature === drawn) return;
  drawn = signature;
  const list = $("#services");
  const focused = document.activeElement?.dataset?.service;
  const size = SIZES.find(({ upTo }) => shown.length <= upTo);
  list.dataset.size = size.name;
  // How many rows that makes, upright and lying, so that the stylesheet can share out the height.
  list.style.setProperty("--rows-upright", Math.ceil(shown.length / size.upright));
  list.style.setProperty("--rows-lying", Math.ceil(shown.length / size.lying));
  list.replaceChildren(...looks.map((look) => el("li", {}, button(look, press))));
  if (focused) list.querySelector(`[data-service="${focused}"]`)?.focus();
}

/** "Something else, or not sure?" and "Take a number here": broken between the two, if at all. */
export function drawUnsure(other) {
  const parts = t(other ? "unsure.other" : "unsure").split(/(?<=\?) /);
  $("#unsure-name").replaceChildren(...parts.flatMap((part) => [el("span", {}, part), " "]));
}

function button({ id, name, notes }, press) {
  return el(
    "button",
    {
      type: "button",
      class: `service${notes.length ? " service--untaken" : ""}`,
      dataset: { service: id },
      on: { click: () => press(id) },
    },
    el(
      "span",
      { class: "service__text" },
      el("span", { class: "service__name" }, name),
      " ",
      notes.filter(Boolean).map((note) => el("span", { class: "service__note" }, `${note} `)),
    ),
    icon("chevron-right"),
  );
}

function drawPages(page, count) {
  $("#pages").hidden = count < 2;
  $("#page-previous").hidden = page === 0;
  $("#page-next").hidden = page >= count - 1;
  const which = t("page.which", { page: page + 1, pages: count });
  if ($("#page-which").textContent !== which) $("#page-which").textContent = which;
}
