// When no number can be given: what to do, large, and what happened, in plain sentences.

import { $ } from "/static/js/page.js";
import { has, t } from "/static/js/texts.js";

const TRY_AGAIN_SECONDS = 25;
const REFUSALS = {
  rate_limited: "limited",
  service_inactive: "gone",
  service_not_found: "gone",
  unauthenticated: "refused",
  forbidden: "refused",
  branch_not_found: "removed",
};
const BY_ITSELF = ["line", "store"];
const NO_WAY_BACK = ["limited", "refused", "removed"]; // it would only lead here again

/** What a refusal (ApiError) means here: {kind, seconds until the start comes back}; null for none. */
export function troubleOf(error) {
  if (error.code === "branch_closed") return null; // the closed screen follows from the state
  const kind = REFUSALS[error.code] ?? "failed";
  return { kind, seconds: Math.max(error.retryAfter ?? 0, TRY_AGAIN_SECONDS) };
}

/** Nobody knows whether the number was made: pressing the same again tells. */
export const unknownTrouble = ({ service, language }) => ({
  kind: "unknown",
  seconds: TRY_AGAIN_SECONDS,
  service,
  language,
});

/** Draw it. Without seconds the kiosk comes back when the line does. */
export function drawTrouble({ kind, seconds }) {
  $("#trouble-what").textContent = t(`${kind}.what`);
  $("#trouble-title").textContent = t(`${kind}.do`);
  sentence("#trouble-lead", kind, "lead");
  sentence("#trouble-instead", kind, "instead");
  $("#trouble-itself").hidden = !BY_ITSELF.includes(kind);
  $("#trouble-facts").hidden = $("#trouble-instead").hidden && $("#trouble-itself").hidden;
  $("#trouble-again").hidden = kind !== "unknown";
  $("#trouble-back").hidden = seconds === undefined || NO_WAY_BACK.includes(kind) ||
    kind === "unknown";
  $("#trouble-actions").hidden = $("#trouble-again").hidden && $("#trouble-back").hidden;
}

function sentence(id, kind, part) {
  const key = `${kind}.${part}`;
  const element = $(id);
  element.hidden = !has(key);
  (element.lastElementChild ?? element).textContent = has(key) ? t(key) : "";
}
