// When no number can be given: what happened, and what to do instead, in plain sentences.

import { $ } from "./page.js";
import { t } from "./texts.js";

const TRY_AGAIN_SECONDS = 25;
const REFUSALS = {
  rate_limited: "limited",
  service_inactive: "gone",
  service_not_found: "gone",
  unauthenticated: "refused",
  forbidden: "refused",
  network: "line",
  store_unavailable: "store",
};
const LEADS = { line: "line.lead", store: "line.lead", refused: "line.lead" };
const INSTEAD = {
  line: "line.instead",
  store: "line.instead",
  limited: "line.instead",
  refused: "refused.instead",
};

/** What an ApiError means here: {kind, seconds until the start comes back}; null for none. */
export function troubleOf(error) {
  if (error.code === "branch_closed") return null; // the closed screen follows from the state
  const kind = REFUSALS[error.code] ?? "failed";
  return { kind, seconds: Math.max(error.retryAfter ?? 0, TRY_AGAIN_SECONDS) };
}

/** Draw it. Without seconds the kiosk comes back when the line does. */
export function drawTrouble({ kind, seconds }) {
  $("#trouble-title").textContent = t(`${kind}.title`);
  $("#trouble-lead").textContent = t(LEADS[kind] ?? `${kind}.lead`);
  const instead = INSTEAD[kind];
  $("#trouble-instead").hidden = !instead;
  $("#trouble-instead").lastElementChild.textContent = instead ? t(instead) : "";
  $("#trouble-itself").hidden = !["line", "store", "limited"].includes(kind);
  // Pressing again sooner than allowed would only be refused again.
  $("#trouble-actions").hidden = seconds === undefined || kind === "limited";
}
