// Help with self-service: one press counts one citizen, by service and by where it was.

import { el, page, store, stored } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { t, tn } from "/static/js/texts.js";
import { model, send, serviceName, services } from "./model.js";
import { button, draw, note } from "./parts.js";

/** @typedef {"self_service" | "floor"} Place */
/** @typedef {{ id: string, service: string, place: Place, undo_until: string }} Counted */

const KEPT = `reception.self.${page.branch}`;
const PLACES = /** @type {Place[]} */ (["self_service", "floor"]);

/** @type {{ place: Place, date: string, n: number }} */
const kept = { place: "self_service", date: "", n: 0, ...stored(KEPT) };
let last = /** @type {Counted | null} */ (null);
let news = "";
let redraw = () => {};

/** @param {() => void} draw */
export function begin(draw) {
  redraw = draw;
}

const today = () => model.state?.business_date ?? "";

const counted = () => (kept.date === today() ? kept.n : 0);

/** @param {number} by */
function keep(by = 0) {
  Object.assign(kept, { n: Math.max(0, counted() + by), date: today() });
  store(KEPT, kept);
}

/** Draw the press for each service. */
export function drawSelfService() {
  const undo = last !== null && serverClock.now() < Date.parse(last.undo_until);
  draw("#give", ["self", kept.place, last, news, undo, counted(), services()], () => [
    el("p", { class: "large" }, t("self.lead")),
    el(
      "div",
      { class: "row gap-2", role: "group", "aria-label": t("self.where") },
      PLACES.map((place) =>
        button(t(`self.${place}`), `place-${place}`, () => choose(place), {
          classes: "grow",
          symbol: place === "floor" ? "walk" : "screen",
          pressed: kept.place === place,
        })
      ),
    ),
    el(
      "ul",
      { class: "cards services", role: "list" },
      services().map(({ id }) =>
        el(
          "li",
          {},
          button(serviceName(id), `self-${id}`, () => count(id), {
            classes: "services__one",
            symbol: "plus",
          }),
        )
      ),
    ),
    el(
      "div",
      { class: "row row--apart self__news", role: "status" },
      news ? note(news, "good", "check") : el("span"),
      undo && button(t("self.undo"), "self-undo", takeBack, { symbol: "undo" }),
    ),
    counted() > 0 && el("p", { class: "soft" }, tn("self.today", counted())),
  ]);
}

/** @param {Place} place */
function choose(place) {
  kept.place = place;
  keep();
  redraw();
}

/** @param {string} service */
async function count(service) {
  const { place } = kept;
  const body = { service, channel: "desk", place, outcome: "self_service" };
  const found = await send("/contacts", body);
  if (found) {
    last = found;
    news = t("self.counted", { service: serviceName(service), place: t(`self.${place}`) });
    keep(1);
  }
  redraw();
}

async function takeBack() {
  const undone = last;
  if (undone && (await send(`/contacts/${undone.id}/undo`))) {
    last = null;
    news = t("self.undone");
    keep(-1);
  }
  redraw();
}
