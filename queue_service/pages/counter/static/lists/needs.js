// The citizen's needs, as the reception noted them, and whether this counter suits them.

import { el, icon } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { configuration, counterName } from "../branch.js";
import { model } from "../model.js";

/** @import { Need, Visit } from "/static/js/types.d.ts" */

/** @type {Record<Need, string>} */
const ICONS = {
  seat: "seat",
  accessible_counter: "wheelchair",
  interpreter: "speech",
  hearing_loop: "ear",
};

const AWAY = ["closed", "paused"];

/**
 * A badge with an icon and a word for each need.
 * @param {Visit} visit
 * @param {string} classes
 */
export const needBadges = ({ needs }, classes = "badge") =>
  needs.map((need) => el("span", { class: classes }, icon(ICONS[need]), " ", t(`need.${need}`)));

/**
 * The needs of the visit at the counter, in a line; null for none.
 * @param {Visit} visit
 */
export const needLine = (visit) =>
  visit.needs.length
    ? el("p", { class: "row gap-2 ticket__needs" }, needBadges(visit, "badge ticket__need"))
    : null;

/**
 * Whether a visit needs an accessible counter, one is marked as such, and this is none.
 * @param {Visit} visit
 */
function isUnfit({ needs }) {
  if (!needs.includes("accessible_counter")) return false;
  const { counters } = configuration();
  const here = counters.find(({ id }) => id === model.counter?.id);
  return counters.some(({ accessible }) => accessible) && here?.accessible !== true;
}

/**
 * The notice that this counter is not accessible, and which open ones are; "" if it does not
 * matter.
 * @param {Visit | undefined} visit
 * @param {"needs.unfit" | "needs.unfit.next"} key
 */
export function unfitWords(visit, key) {
  if (!visit || !isUnfit(visit)) return "";
  const open = model.state?.counters.filter(({ state }) => !AWAY.includes(state)) ?? [];
  const names = configuration().counters
    .filter(({ id, accessible }) => accessible && open.some((one) => one.id === id))
    .map(({ id }) => counterName(id));
  const where = names.length ? t("needs.elsewhere", { counters: names.join(", ") }) : "";
  return [t(key, { number: visit.number }), where].filter(Boolean).join(" ");
}

/** @param {string} words */
export const unfitNote = (words) =>
  words && el("p", { class: "banner banner--warn", role: "status" }, icon("wheelchair"), words);
