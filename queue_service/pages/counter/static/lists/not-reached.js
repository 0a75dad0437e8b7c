// The waiting numbers that today does probably not reach, asked for each minute.

import { get } from "/static/js/api.js";
import { listed } from "/static/js/languages.js";
import { el } from "/static/js/page.js";
import { language, t } from "/static/js/texts.js";
import { changed, mode, model, onChange } from "../model.js";

/** @typedef {{ numbers: Record<string, string>, earliest: string, latest: string | null }} NotReached */

const ASK_MS = 60_000;

/** @type {NotReached[]} */
let groups = [];

let asked = false; // at a counter

/** Ask as soon as the page is at a counter, and once a minute from then on. */
export function followNotReached() {
  onChange(() => {
    if (asked || mode() === "none") return;
    asked = true;
    ask();
  });
  setInterval(ask, ASK_MS);
}

async function ask() {
  if (mode() === "none") return;
  const answer = await get("/not-reached").catch(() => null);
  if (!answer || JSON.stringify(answer.not_reached) === JSON.stringify(groups)) return;
  groups = answer.not_reached;
  changed();
}

/** The groups: a new list if anything in it has changed. */
export const notReached = () => groups;

/** A line for each group of services that this counter takes some of. */
export const notReachedLines = () =>
  groups
    .filter(({ numbers }) =>
      Object.keys(numbers).some((id) => model.counter?.services.includes(id))
    )
    .map((group) => el("p", { class: "small strong" }, words(group)));

/** @param {NotReached} group */
function words({ numbers, earliest, latest }) {
  const first = listed(Object.values(numbers), language());
  return latest === null
    ? t("not_reached.or_all", { numbers: first, earliest })
    : t("not_reached", { numbers: first, earliest, latest });
}
