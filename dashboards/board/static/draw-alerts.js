// The open alerts that somebody wants on the board, each with a button to say that one sees to it.

import { announce, el, find, icon } from "/static/js/page.js";
import { asApiError, post } from "/static/js/api.js";
import { t, tn } from "/static/js/texts.js";

/** @import { Board, BoardAlert } from "/static/js/types.d.ts" */

const ICONS = { new: "bell", seen: "person" };
/** @type {Set<string> | null} */
let known = null;

/**
 * The strip above the board, and how many are open in all; `again` fetches the board again.
 * @param {Board} board
 * @param {() => void} again
 */
export function drawAlerts(board, again) {
  const strip = find("#alerts");
  if (!strip) return;
  const active = /** @type {HTMLElement | null} */ (document.activeElement);
  const focused = strip.contains(active) ? active?.dataset.alert : undefined;
  strip.hidden = board.alerts.length === 0;
  strip.replaceChildren(
    el(
      "ul",
      { class: "stack gap-2", role: "list" },
      board.alerts.map((alert) => item(alert, again)),
    ),
  );
  if (focused) (find(`[data-alert="${focused}"]`, strip) ?? strip).focus();
  drawCount(board.alerts_open);
  speak(board.alerts);
}

/** @param {number} open */
function drawCount(open) {
  const badge = find("#alerts-open");
  if (!badge) return;
  badge.hidden = open === 0;
  badge.textContent = tn("alerts.open", open);
}

/**
 * @param {BoardAlert} alert
 * @param {() => void} again
 */
function item(alert, again) {
  return el(
    "li",
    { class: `board-alert banner board-alert--${alert.state}` },
    icon(ICONS[alert.state], "board-alert__icon"),
    el(
      "p",
      { class: "board-alert__text snug grow" },
      el("strong", {}, alert.headline),
      " ",
      el("span", {}, alert.facts || t("alert.since", { time: alert.raised })),
    ),
    alert.state === "new"
      ? button(alert, again)
      : el("p", { class: "soft strong" }, t(`alert.${alert.state}`)),
  );
}

/**
 * @param {BoardAlert} alert
 * @param {() => void} again
 */
function button(alert, again) {
  const pressed = async (/** @type {Event} */ event) => {
    const pressedButton = /** @type {HTMLButtonElement} */ (event.currentTarget);
    pressedButton.disabled = true;
    try {
      await post(`/alerts/${alert.id}/acknowledge`);
    } catch (error) {
      announce(asApiError(error).sentence);
      pressedButton.disabled = false;
    }
    again();
  };
  return el(
    "button",
    {
      class: "button button--small",
      type: "button",
      dataset: { alert: alert.id },
      on: { click: pressed },
    },
    t("alert.see"),
    " ",
    el("span", { class: "visually-hidden" }, alert.headline),
  );
}

/** @param {BoardAlert[]} alerts */
function speak(alerts) {
  const before = known;
  const fresh = before &&
    alerts.find((alert) => alert.state === "new" && !before.has(alert.id));
  known = new Set(alerts.map((alert) => alert.id));
  if (fresh) announce(t("alert.announce", { what: fresh.headline }));
}
