// What a line of a list of visits has: the number, which opens the visit, and what can be done.

import { el } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { once } from "./draw.js";
import { showVisit } from "./visit.js";

/** The number, as the button that shows everything about the visit. */
export const numberButton = (visit) =>
  el(
    "button",
    {
      type: "button",
      class: "waiter__open",
      dataset: { key: `open-${visit.id}` },
      "aria-label": t("details", { number: visit.number }),
      on: { click: () => showVisit(visit) },
    },
    el("span", { class: "number" }, visit.number),
  );

/**
 * The button at the end of the line. `deed` names it among the texts ("call") and, with the
 * number, for those who hear it ("call.number"); `press` is given the visit.
 */
export const deedButton = (visit, deed, press) =>
  el(
    "button",
    {
      type: "button",
      class: "button button--small waiter__call",
      dataset: { key: `${deed}-${visit.id}` },
      "aria-label": t(`${deed}.number`, { number: visit.number }),
      on: { click: once(() => press(visit)) },
    },
    t(deed),
  );
