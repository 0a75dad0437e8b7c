// Before a counter closes: the fate of visits parked there.

import { t, tn } from "/static/js/texts.js";
import { ask } from "./ask.js";
import { counterName, serviceName } from "../branch.js";
import { command } from "../commands/commands.js";
import { model } from "../model.js";

/** @import { Counter, Visit } from "/static/js/types.d.ts" */
/** @import { Option } from "./ask.js" */
/** @typedef {"leave" | "queue" | { counter: string }} Way */

/**
 * Ask for their fate and carry it out. False: the counter stays open.
 * @param {Counter} counter
 */
export async function settleParked({ id, parked }) {
  if (!parked.length) return true;
  /** @type {Way | null} */
  const way = await ask({
    title: tn("closing.title", parked.length, { counter: counterName(id) }),
    lead: parked.map((visit) => `${visit.number} (${serviceName(visit.service)})`).join(", "),
    groups: [{ options: ways(id) }],
    careful: true,
  });
  if (way === null) return false;
  if (way === "leave") return true;
  for (const visit of parked) if (!(await send(visit, way))) return false;
  return true;
}

/**
 * @param {string} here
 * @returns {Option<Way>[]}
 */
function ways(here) {
  const open = (model.state?.counters ?? []).filter(({ id, state }) =>
    id !== here && !["closed", "paused"].includes(state)
  );
  return [
    { label: t("closing.leave"), note: t("closing.leave.note"), icon: "clock", value: "leave" },
    ...open.map(({ id }) => ({
      label: t("closing.hand", { counter: counterName(id) }),
      icon: "desk",
      value: { counter: id },
    })),
    { label: t("closing.queue"), note: t("closing.queue.note"), icon: "people", value: "queue" },
  ];
}

/**
 * @param {Visit} visit
 * @param {{ counter: string } | "queue"} way
 */
function send({ id, service }, way) {
  if (way === "queue") return command(`/visits/${id}/transfer`, { service });
  return command(`/visits/${id}/park`, way);
}
