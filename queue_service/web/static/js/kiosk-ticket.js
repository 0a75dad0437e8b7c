// The ticket, on the screen and on paper.

import { $, el } from "./page.js";
import { clock, language, locale, t, tn } from "./texts.js";

/** Show a visit's ticket. `paper` is "0" where nothing is printed. */
export function drawTicket(visit, service, { taken, paper }) {
  $("#ticket-spoken").textContent = `${t("ticket.is", { number: visit.number })}.`;
  $("#ticket-number").textContent = visit.number;
  $("#ticket-number").style.setProperty("--characters", visit.number.length);
  $("#ticket-service").textContent = service;
  fact("#ticket-ahead", ahead(visit));
  fact("#ticket-wait", wait(visit.estimated_wait_seconds));
  fact("#ticket-paper", t(paper === "0" ? "ticket.remember" : "ticket.paper"));
  $("#ticket-untaken").hidden = taken;
}

function fact(id, sentence) {
  $(id).hidden = sentence === null;
  $(id).lastElementChild.textContent = sentence ?? "";
}

function ahead({ position }, lang = language()) {
  if (position === null || position === undefined) return null;
  return position === 0 ? t("ahead.none", {}, lang) : tn("ahead", position, {}, lang);
}

/** The wait in words, or null where the service withholds it; {low, high} in seconds. */
export function wait(estimate, lang = language()) {
  if (!estimate) return null;
  const step = estimate.high > 3600 ? 5 : 1;
  const low = Math.floor(estimate.low / 60 / step) * step;
  const high = Math.max(1, Math.ceil(estimate.high / 60 / step) * step);
  const say = (key) => t(`wait.${key}`, { low, high }, lang);
  if (low === 0) return say(high === 1 ? "minute" : "up_to");
  return say(low === high ? "about" : "range");
}

/**
 * Print the slip through the browser, in the ticket's language; a kiosk's browser does so without
 * asking. `tell(printed)` is called before, and when the browser says that it has printed.
 */
export function printTicket(visit, setup, service, { taken, paper, now, tell }) {
  const lang = visit.language;
  const date = new Intl.DateTimeFormat(locale(lang), {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: setup.timezone,
  }).format(now);
  const time = clock(visit.issued_at, setup.timezone, lang);
  const slip = el(
    "div",
    { class: `paper paper--${paper}`, lang },
    el("p", { class: "paper__branch" }, setup.name),
    el("p", { class: "paper__label" }, t("ticket.yours", {}, lang)),
    el("p", { class: "paper__number" }, visit.number),
    el("p", { class: "paper__service" }, service),
    [
      ahead(visit, lang),
      wait(visit.estimated_wait_seconds, lang),
      taken ? null : t("ticket.untaken", {}, lang),
    ]
      .filter(Boolean)
      .map((sentence) => el("p", { class: "paper__fact" }, sentence)),
    el("p", { class: "paper__watch" }, t("ticket.watch", {}, lang)),
    el("p", { class: "paper__time" }, `${date} · ${time}`),
  );
  slip.style.setProperty("--characters", visit.number.length);
  $("#print").replaceChildren(slip);
  tell(false);
  addEventListener("afterprint", () => tell(true), { once: true });
  print();
}
