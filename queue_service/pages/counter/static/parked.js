// The visits parked at this counter, to go on with when it is free.

import { $, el } from "/static/js/page.js";
import { stopwatch, t } from "/static/js/texts.js";
import { resume } from "./actions.js";
import { serviceName } from "./branch.js";
import { desk, mode } from "./desk.js";
import { draw } from "./draw.js";
import { deedButton, numberButton } from "./waiter.js";

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
  const handled = visit.inquiries.at(-1).handled_before_seconds;
  return el(
    "li",
    { class: "waiter waiter--plain" },
    numberButton(visit),
    el("span", { class: "waiter__what" }, serviceName(visit.service)),
    el("span", { class: "waiter__time number" }, t("parked.after", { time: stopwatch(handled) })),
    mode() === "free" ? deedButton(visit, "resume", resume) : null,
  );
}
