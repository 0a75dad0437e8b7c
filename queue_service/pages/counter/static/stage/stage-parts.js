// Pieces that the stage of a called and of a served visit share.

import { el } from "/static/js/page.js";
import { t, tn } from "/static/js/texts.js";
import { reclassify, transfer } from "../commands/actions.js";
import { clock } from "/static/js/times.js";
import {
  bookedHeadStart,
  errandsWords,
  moreErrands,
  serviceName,
  spokenLanguage,
} from "../branch.js";
import { button } from "../draw.js";
import { model } from "../model.js";

/** @import { CallReason, Visit } from "/static/js/types.d.ts" */

/**
 * Some buttons that belong together, under a small heading.
 * @param {string} label
 * @param {HTMLElement[]} buttons
 */
export const group = (label, buttons) =>
  el(
    "section",
    { class: "group" },
    el("h2", { class: "stage__heading soft strong" }, label),
    el("div", { class: "row gap-2" }, buttons),
  );

/**
 * The number, which is also where a screen reader is put after each command.
 * @param {Visit} visit
 */
export const numberHeading = ({ number }) =>
  el(
    "h1",
    {
      id: "stage-title",
      class: "ticket__number number",
      tabindex: "-1",
      dataset: { key: "title" },
    },
    number,
  );

/**
 * The subject of the visit, with the way to correct it.
 * @param {Visit} visit
 */
export const serviceLine = (visit) =>
  el(
    "div",
    { class: "ticket__about row row--apart" },
    el(
      "p",
      { class: "ticket__service tight strong row" },
      serviceName(visit.service),
      languageBadge(visit),
    ),
    button(t("reclassify"), {
      key: "reclassify",
      press: reclassify,
      command: "reclassify",
      classes: "button--small button--quiet ticket__correct",
      icon: "swap",
    }),
  );

/**
 * The errands that are not done yet, in one line; null for the one at hand alone.
 * @param {Visit} visit
 */
export const errandsLine = (visit) =>
  moreErrands(visit) ? el("p", { class: "ticket__note strong" }, errandsWords(visit)) : null;

/** Sends the citizen on to another service, team or counter. */
export const transferButton = () =>
  button(t("transfer"), {
    key: "transfer",
    press: transfer,
    command: "send_on",
    icon: "transfer",
  });

/** @param {Visit} visit */
function languageBadge(visit) {
  const words = spokenLanguage(visit);
  return words && el("span", { class: "badge ticket__language" }, words);
}

/**
 * The reason of this call, in a sentence; "" if that is unknown, as of a call before the page was
 * opened that no reason of its own explains.
 * @param {Visit} visit
 */
export function why(visit) {
  const postponed = visit.not_before && t("why.postponed", { time: clock(visit.not_before) });
  return [reasonOf(visit), bookedWords(visit), postponed].filter(Boolean).join(" ");
}

/**
 * The booking that it comes for, and what that is in the order; "" for one that walked in.
 * @param {Visit} visit
 */
export function bookedWords(visit) {
  const { id, booked_for: at } = visit;
  if (!at) return "";
  // The reason is in the answer of the call alone: after a reload it follows from the visit.
  const seconds = model.why.get(id)?.booked_head_start_seconds ?? bookedHeadStart(visit);
  if (seconds === undefined) return t("why.booking", { time: clock(at) });
  if (!seconds) return t("why.booking.late", { time: clock(at) });
  return t("why.booking.ahead", {
    time: clock(at),
    minutes: tn("minutes", Math.round(seconds / 60)),
  });
}

/** @param {Visit} visit */
function reasonOf(visit) {
  const reason = model.why.get(visit.id);
  const noted = visit.priority_reason &&
    t("why.first", { reason: t(`reason.${visit.priority_reason}`) });
  const way = sentOrChosen(reason);
  if (way || noted) return [way, noted].filter(Boolean).join(" ");
  if (!reason || reason.booked_head_start_seconds) return "";
  const minutes = Math.round(reason.head_start_seconds / 60);
  return minutes ? t("why.priority", { minutes: tn("minutes", minutes) }) : t("why.longest");
}

/** @param {Omit<CallReason, "place"> | undefined} reason */
function sentOrChosen(reason) {
  if (reason?.chosen) return t("why.chosen");
  if (reason?.queue.startsWith("@team:")) return t("why.sent.team");
  return reason?.queue.startsWith("@") ? t("why.sent") : "";
}
