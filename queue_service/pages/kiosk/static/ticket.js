// The ticket, on the screen and on paper.

import { putName } from "./fit.js";
import { ahead } from "/static/js/ahead.js";
import { $, el } from "/static/js/page.js";
import { clock, language, locale, t, tn } from "/static/js/texts.js";

const MM_PER_PX = 25.4 / 96;

/**
 * Show a visit's ticket. `names` are its service's; `paper` is "0" where nothing is printed; `said`
 * is a sentence about what has become of it, `late` one about closing time, each "" for none.
 */
export function drawTicket(visit, names, { taken, paper, said, late }) {
  const waits = visit.state === "waiting";
  $("#ticket-spoken").textContent = `${t("ticket.is", { number: visit.number })}.`;
  $("#ticket-number").textContent = visit.number;
  $("#ticket-number").style.setProperty("--characters", visit.number.length);
  putName($("#ticket-service"), names);
  fact("#ticket-said", said || null);
  fact("#ticket-ahead", waits ? ahead("ahead", visit.position) : null);
  fact("#ticket-wait", waits ? wait(visit.estimated_wait_seconds) : null);
  fact("#ticket-late", waits && late ? late : null);
  fact("#ticket-paper", waits ? t(paper === "0" ? "ticket.remember" : "ticket.paper") : null);
  $("#ticket-watch").hidden = !waits;
  $("#ticket-untaken").hidden = taken || !waits;
  for (const id of ["#ticket-undo", "#ticket-change"]) $(id).hidden = !waits;
}

function fact(id, sentence) {
  $(id).hidden = sentence === null;
  $(id).lastElementChild.textContent = sentence ?? "";
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

let printed = null; // tells of the slip that went to the printer last, until the browser has printed it

addEventListener("afterprint", () => {
  printed?.();
  printed = null;
});

/**
 * Print the slip through the browser, in the ticket's language; a kiosk's browser does so without
 * asking. `tell(printed)` is called before, and when the browser says that it has printed.
 */
export function printTicket(visit, setup, service, { taken, paper, now, tell }) {
  const slip = slipOf(visit, setup, service, { taken, paper, now });
  $("#print").replaceChildren(slip);
  setPaper(slip, paper);
  tell(false);
  printed = () => tell(true);
  print();
}

function slipOf(visit, setup, service, { taken, paper, now }) {
  const lang = visit.language;
  const line = (kind, ...texts) => {
    const said = texts.filter(Boolean).join(" · ");
    return said ? el("p", { class: `paper__${kind}` }, said) : null;
  };
  const slip = el(
    "div",
    { class: `paper paper--${paper}`, lang },
    line("branch", setup.name),
    line("label", t("ticket.yours", {}, lang)),
    line("number", visit.number),
    line("service", service),
    line("fact", aheadThen(visit, setup, lang)),
    line("fact", wait(visit.estimated_wait_seconds, lang)),
    line("fact", taken ? null : t("ticket.untaken", {}, lang)),
    line("watch", t("slip.called", {}, lang)),
    line("fact", missed(setup, lang)),
    line("time", t("slip.today", {}, lang), dateOf(now, setup, lang)),
  );
  slip.style.setProperty("--characters", visit.number.length);
  return slip;
}

// How many were ahead is soon untrue: it is said with the time it was counted at.
function aheadThen({ position, issued_at: at }, { timezone }, lang) {
  return ahead("slip.ahead", position, { time: clock(at, timezone, lang) }, lang);
}

function missed({ return_window_seconds: seconds }, lang) {
  const minutes = Math.floor((seconds ?? 0) / 60);
  return minutes > 0 ? tn("slip.missed", minutes, {}, lang) : null;
}

function dateOf(now, { timezone }, lang) {
  const format = { day: "numeric", month: "long", year: "numeric", timeZone: timezone };
  return new Intl.DateTimeFormat(locale(lang), format).format(now);
}

let sheet = null;

// The page is as long as the slip, whatever it says, so that it is one sheet on any printer.
function setPaper(slip, paper) {
  const height = Math.ceil(slip.getBoundingClientRect().height * MM_PER_PX) + 1;
  const before = sheet;
  sheet = new CSSStyleSheet();
  sheet.replaceSync(`@page paper${paper} { size: ${paper}mm ${height}mm; margin: 0; }`);
  const others = document.adoptedStyleSheets.filter((one) => one !== before);
  document.adoptedStyleSheets = [...others, sheet];
}
