// The display while the connection is lost: a banner, the remedy, and the age of the screen.

import { $, icon } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { clock } from "/static/js/times.js";
import { both } from "./languages.js";

/** @import { Freshness } from "/static/js/live.js" */
/** @import { DisplaySetup, Staleness } from "/static/js/types.d.ts" */

const LASTING_MS = 30_000; // a longer loss is no hiccup

/**
 * Show and hide the banner. If the branch has numbers on paper it says so during a lasting outage.
 * @param {Freshness} live
 * @param {() => Pick<DisplaySetup, "timezone" | "paper_numbers">} setup
 */
export function showConnection(live, setup) {
  const banner = $("#connection");
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let lasting = false;
  /** @type {Staleness} */
  let latest;

  function draw() {
    const { since, reason } = latest;
    const { timezone, paper_numbers } = setup();
    const todo = lasting && paper_numbers ? "stale.paper" : "stale.do";
    const words = document.createElement("span");
    words.className = "both";
    both(words, (lang) => {
      const what = t(`stale.${reason}`, {}, lang);
      if (["refused", "removed"].includes(reason)) return what;
      if (since === null) return `${what}. ${t(todo, {}, lang)}`;
      const time = t("stale.since", { time: clock(since, timezone, lang) }, lang);
      return `${what}. ${t(todo, {}, lang)} ${time}`;
    });
    banner.replaceChildren(icon("no-network"), words);
    banner.hidden = false;
  }

  live.onStale((staleness) => {
    latest = staleness;
    timer ??= setTimeout(() => {
      lasting = true;
      draw();
    }, LASTING_MS);
    draw();
  });
  live.onLive(() => {
    clearTimeout(timer);
    timer = undefined;
    lasting = false;
    banner.hidden = true;
  });
}
