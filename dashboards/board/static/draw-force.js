// Active interventions, with their end and *Undo*.

import { asApiError, post } from "/static/js/api.js";
import { inForce } from "/static/js/interventions.js";
import { $, announce, el, icon } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { t } from "/static/js/texts.js";

/** @import { Board, BoardIntervention } from "/static/js/types.d.ts" */
/** @typedef {() => void} Again fetches the board once more */

const OF_THE_BRANCH = ["carry_over", "announcement", "not_today"];

/**
 * Interventions for the whole branch; the others are in the row of their service or counter.
 * @param {Board} board
 * @param {Again} again
 */
export function drawForce(board, again) {
  const list = $("#force");
  const shown = force(board).filter(({ kind }) => OF_THE_BRANCH.includes(kind));
  list.hidden = shown.length === 0;
  list.replaceChildren(...shown.map((one) => el("li", {}, chip(one, again, one.title))));
}

/**
 * Active interventions for a service, or at a counter.
 * @param {Board} board
 * @param {{ service?: string, counter?: string }} about
 * @param {Again} again
 */
export const forceAt = (board, { service, counter }, again) =>
  force(board)
    .filter(({ kind }) => !OF_THE_BRANCH.includes(kind))
    .filter((one) => counter ? one.counter === counter : one.services.includes(service ?? ""))
    .filter((one) => counter || one.counter === null)
    .map((one) => chip(one, again));

/**
 * @param {Board} board
 * @returns {BoardIntervention[]}
 */
const force = (board) => /** @type {BoardIntervention[]} */ (inForce(board, serverClock.now()));

/**
 * @param {BoardIntervention} one
 * @param {Again} again
 */
function chip(one, again, title = "") {
  return el(
    "span",
    { class: "board-force small" },
    icon(one.icon),
    el("span", {}, title && [el("strong", {}, title), " "], one.short),
    el(
      "button",
      {
        class: "board-force__undo",
        type: "button",
        on: { click: (/** @type {Event} */ event) => undo(event, one, again) },
      },
      t("force.undo"),
      el("span", { class: "visually-hidden" }, `: ${one.title}`),
    ),
  );
}

/**
 * @param {Event} event
 * @param {BoardIntervention} one
 * @param {Again} again
 */
async function undo({ currentTarget }, one, again) {
  const button = /** @type {HTMLButtonElement} */ (currentTarget);
  button.disabled = true;
  try {
    await post(`/interventions/${one.id}/end`);
    announce(t("force.undone", { what: one.title }));
    $("#act").focus();
  } catch (error) {
    announce(asApiError(error).sentence);
    button.disabled = false;
  }
  again();
}
