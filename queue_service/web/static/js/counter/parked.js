// The visits parked at this counter, to go on with when it is free.

import { $, el } from "../page.js";
import { stopwatch, t } from "../texts.js";
import { resume } from "./actions.js";
import { serviceName } from "./branch.js";
import { desk, mode } from "./desk.js";
import { draw, once } from "./draw.js";
import { showVisit } from "./visit.js";

/** Draw them; nothing at all where there are none. */
export function drawParked() {
  const parked = desk.counter?.parked ?? [];
  $("#parked").hidden = parked.length === 0;
  draw($("#parked"), [parked, mode() === "free"], () => [
    el("h2", { id: "parked-title" }, t("parked")),
    el("ul", { class: "lane__list", role: "list" }, parked.map(row)),
  ]);
}

function row(visit) {
  const { number } = visit;
  const open = el(
    "button",
    {
      type: "button",
      class: "waiter__open",
      dataset: { key: `open-${visit.id}` },
      "aria-label": t("details", { number }),
      on: { click: () => showVisit(visit) },
    },
    el("span", { class: "number" }, number),
  );
  const handled = visit.inquiries.at(-1).handled_before_seconds;
  return el(
    "li",
    { class: "waiter" },
    el("span", { class: "waiter__rank" }),
    open,
    el("span", { class: "waiter__what" }, serviceName(visit.service)),
    el("span", { class: "waiter__time number" }, t("parked.after", { time: stopwatch(handled) })),
    mode() === "free" ? resumeButton(visit) : null,
  );
}

const resumeButton = (visit) =>
  el(
    "button",
    {
      type: "button",
      class: "button button--small waiter__call",
      dataset: { key: `resume-${visit.id}` },
      "aria-label": t("resume.number", { number: visit.number }),
      on: { click: once(() => resume(visit)) },
    },
    t("resume"),
  );
