// The banner across the top that says when what the page shows is not fresh, and since when.

import { $, announce } from "./page.js";
import { t } from "./texts.js";
import { clock } from "./times.js";

/** @import { Freshness } from "./live.js" */
/** @import { Staleness } from "./types.d.ts" */

/**
 * Show and hide the page's banner.
 * @param {Freshness} live
 */
export function showConnection(live) {
  const banner = $("#connection");
  live.onStale((staleness) => {
    banner.textContent = sentence(staleness);
    banner.hidden = false;
  });
  live.onLive(() => {
    if (banner.hidden) return;
    banner.hidden = true;
    announce(t("connection.back"));
  });
}

/**
 * What the banner says.
 * @param {Staleness} staleness
 */
export function sentence({ since, reason }) {
  if (reason === "refused" || reason === "removed") return t(`connection.${reason}`);
  if (since === null) return t("connection.never");
  return t(reason === "store" ? "connection.store" : "connection.stale", { time: clock(since) });
}
