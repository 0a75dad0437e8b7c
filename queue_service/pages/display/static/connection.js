// What the room is told while the line is down: that it is, what to do, and how old the screen is.

import { $, icon } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { clock } from "/static/js/times.js";
import { both } from "./languages.js";

/** @import { Freshness } from "/static/js/live.js" */

/**
 * Show and hide the banner.
 * @param {Freshness} live
 * @param {() => string} timezone
 */
export function showConnection(live, timezone) {
  const banner = $("#connection");
  live.onStale(({ since, reason }) => {
    const words = document.createElement("span");
    words.className = "both";
    both(words, (lang) => {
      const what = t(`stale.${reason}`, {}, lang);
      if (["refused", "removed"].includes(reason)) return what;
      if (since === null) return `${what}. ${t("stale.do", {}, lang)}`;
      const time = t("stale.since", { time: clock(since, timezone(), lang) }, lang);
      return `${what}. ${t("stale.do", {}, lang)} ${time}`;
    });
    banner.replaceChildren(icon("no-network"), words);
    banner.hidden = false;
  });
  live.onLive(() => {
    banner.hidden = true;
  });
}
