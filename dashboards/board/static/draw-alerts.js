// The open alerts that somebody wants on the board, each with a button to say that one sees to it.

import { $, announce, el, icon } from "/static/js/page.js";
import { post } from "/static/js/api.js";
import { t, tn } from "/static/js/texts.js";

const ICONS = { new: "bell", seen: "person", gone: "check" };
let known = null;

/** The strip above the board, and how many are open in all; `again` fetches the board anew. */
export function drawAlerts(board, again) {
  const strip = $("#alerts");
  if (!strip) return;
  const focused = strip.contains(document.activeElement) && document.activeElement.dataset.alert;
  strip.hidden = board.alerts.length === 0;
  strip.replaceChildren(
    el(
      "ul",
      { class: "board-alerts__list", role: "list" },
      board.alerts.map((alert) => item(alert, again)),
    ),
  );
  if (focused) ($(`[data-alert="${focused}"]`, strip) ?? strip).focus();
  drawCount(board.alerts_open);
  speak(board.alerts);
}

function drawCount(open) {
  const badge = $("#alerts-open");
  if (!badge) return;
  badge.hidden = open === 0;
  badge.textContent = tn("alerts.open", open);
}

function item(alert, again) {
  return el(
    "li",
    { class: `board-alert board-alert--${alert.state}` },
    icon(ICONS[alert.state], "board-alert__icon"),
    el(
      "p",
      { class: "board-alert__text" },
      el("strong", {}, alert.headline),
      " ",
      el("span", {}, alert.facts || t("alert.since", { time: alert.raised })),
    ),
    alert.state === "new"
      ? button(alert, again)
      : el("p", { class: "board-alert__state" }, t(`alert.${alert.state}`)),
  );
}

function button(alert, again) {
  const pressed = async ({ currentTarget }) => {
    currentTarget.disabled = true;
    try {
      await post(`/alerts/${alert.id}/acknowledge`);
    } catch (error) {
      announce(error.sentence ?? t("error.unknown"));
      currentTarget.disabled = false;
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

function speak(alerts) {
  const fresh = known && alerts.find((alert) => alert.state === "new" && !known.has(alert.id));
  known = new Set(alerts.map((alert) => alert.id));
  if (fresh) announce(t("alert.announce", { what: fresh.headline }));
}
