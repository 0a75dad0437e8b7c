// Pieces that the stage of a called and of a served visit share.

import { el } from "../page.js";
import { language, locale, t, tn } from "../texts.js";
import { desk } from "./desk.js";

/** Some buttons that belong together, under a small heading. */
export const group = (label, buttons) =>
  el(
    "section",
    { class: "group" },
    el("h2", { class: "stage__heading" }, label),
    el("div", { class: "row" }, buttons.filter(Boolean)),
  );

/** The citizen's language, where it is not the page's; else nothing. */
export function languageBadge(visit) {
  if (visit.language === language()) return "";
  const names = new Intl.DisplayNames([locale()], { type: "language" });
  const words = t("called.speaks", { language: names.of(visit.language) });
  return el("span", { class: "badge ticket__language" }, words);
}

/** Why this visit came, in a sentence; "" where that is not known. */
export function why(visit) {
  const reason = desk.why.get(visit.id);
  if (!reason) return "";
  if (reason.chosen) return t("why.chosen");
  if (reason.queue.startsWith("@")) return t("why.sent");
  const minutes = Math.round(reason.head_start_seconds / 60);
  return minutes ? t("why.priority", { minutes: tn("minutes", minutes) }) : t("why.longest");
}
