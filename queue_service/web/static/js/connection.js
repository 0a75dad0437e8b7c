// The banner across the top that says when what the page shows is not fresh, and since when.

import { $, announce, setText } from "./page.js";
import { t } from "./texts.js";
import { clock } from "./times.js";

/** @import { Freshness } from "./live.js" */
/** @import { Staleness } from "./types.d.ts" */

/**
 * Show and hide the page's banner. Returns a function that redraws its text.
 * @param {Freshness} live
 * @param {(staleness: Staleness) => string} words what it says, where not the usual
 */
export function showConnection(live, words = sentence) {
  const banner = $("#connection");
  /** @type {Staleness | null} */
  let stale = null;
  const draw = () => {
    if (stale) setText(banner, words(stale));
  };
  live.onStale((staleness) => {
    stale = staleness;
    draw();
    banner.hidden = false;
  });
  live.onLive(() => {
    stale = null;
    if (banner.hidden) return;
    banner.hidden = true;
    announce(t("connection.back"));
  });
  return draw;
}

/**
 * The text of the banner.
 * @param {Staleness} staleness
 */
export function sentence({ since, reason }) {
  if (reason === "refused" || reason === "removed") return t(`connection.${reason}`);
  if (since === null) return t("connection.never");
  return t(reason === "store" ? "connection.store" : "connection.stale", { time: clock(since) });
}
