// The notice for a service that is talked about behind a closed door, at a counter without one.

import { el, icon } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { configuration, counterName, takesIn } from "../branch.js";
import { model } from "../model.js";

/** @import { Visit } from "/static/js/types.d.ts" */

/**
 * Whether a visit is about a private service, and this counter is neither a room nor a screen's booth.
 * @param {Visit} visit
 */
function wantsDoor({ service }) {
  const { services, counters } = configuration();
  const here = counters.find(({ id }) => id === model.counter?.id);
  const open = here?.kind !== "room" && !here?.video;
  return open && services.some((one) => one.id === service && one.private);
}

/**
 * The notice that this counter has no door, and where there is one; "" if it does not matter.
 * @param {Visit | undefined} visit
 * @param {"door.none" | "door.none.next"} key
 */
export const doorWords = (visit, key) =>
  visit && wantsDoor(visit) ? `${t(key, { number: visit.number })} ${whereTo(visit)}` : "";

/** @param {string} words */
export const doorNote = (words) =>
  words ? el("p", { class: "banner", role: "status" }, icon("door"), words) : null;

/**
 * Rooms where somebody is come first: only to these can a number be sent on.
 * @param {Visit} visit
 */
function whereTo({ service }) {
  const rooms = configuration().counters.filter(({ id, kind }) =>
    kind === "room" && takesIn(configuration(), id, null).some((taken) => taken.id === service)
  );
  if (!rooms.length) return t("door.nowhere");
  const open = rooms.filter(({ id }) => isOpen(id));
  const names = (open.length ? open : rooms).map(({ id }) => counterName(id));
  return t(open.length ? "door.open" : "door.closed", { rooms: names.join(", ") });
}

/** @param {string} id */
const isOpen = (id) =>
  model.state?.counters.some((one) =>
    one.id === id && one.state !== "closed" && one.state !== "paused"
  ) ?? false;
