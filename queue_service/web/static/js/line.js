// The banner across the top that says when what the page shows is not fresh, and since when.

import { $, announce } from "./page.js";
import { clock, t } from "./texts.js";

/** Show and hide the page's banner as `live` (js/live.js) loses and finds the line. */
export function showLine(live) {
  const banner = $("#line");
  live.addEventListener("stale", ({ detail }) => {
    banner.textContent = sentence(detail);
    banner.hidden = false;
  });
  live.addEventListener("live", () => {
    if (banner.hidden) return;
    banner.hidden = true;
    announce(t("line.back"));
  });
}

function sentence({ since, reason }) {
  if (["refused", "removed"].includes(reason)) return t(`line.${reason}`);
  if (since === null) return t("line.never");
  return t(reason === "store" ? "line.store" : "line.stale", { time: clock(since) });
}
