// The slip: its content, printing it, and reporting whether the printer works.

import { post } from "/static/js/api.js";
import { $, el, page } from "/static/js/page.js";
import { directionOf } from "/static/js/languages.js";
import { t } from "/static/js/texts.js";
import { clock, dateIn } from "/static/js/times.js";
import { peopleAhead, shownAhead } from "/static/js/people-ahead.js";
import { codeOf } from "./slip-code.js";
import { laterSentence, missedSentence, waitRange, whereTo } from "../ticket/waiting.js";

/** @import { IssuedVisit } from "/static/js/types.d.ts" */
/**
 * The slip's data of the branch.
 * @typedef {{
 *   name: string,
 *   timezone: string,
 *   return_window_seconds: number,
 *   counters: Desk[],
 * }} SlipBranch
 */
/** @import { Desk } from "../ticket/waiting.js" */
/** @typedef {{ text: string, lang: string }} BringLine A thing to bring, in the language of its text. */
/**
 * @typedef {{
 *   service: string,
 *   taken: boolean,
 *   bring: BringLine[],
 *   paper: string,
 *   now: number,
 * }} SlipFacts
 */

const MM_PER_PX = 25.4 / 96;
const QUIET_MS = 60_000; // reports more frequent than this say nothing new

/** @type {(() => void) | null} */
let onPrinted = null; // until the browser has printed the slip that went to the printer last

addEventListener("afterprint", () => {
  onPrinted?.();
  onPrinted = null;
});

/**
 * Print the slip through the browser, in the ticket's language; a kiosk's browser does so without
 * asking.
 * @param {IssuedVisit} visit
 * @param {SlipBranch} branch
 * @param {SlipFacts} facts `service` is its name, `now` the server's time
 * @param {(printed: boolean) => void} report called before, and when the browser has printed
 */
export function printSlip(visit, branch, facts, report = () => {}) {
  printPaper(slipOf(visit, branch, facts), facts.paper, report);
}

/**
 * Print the content of a slip, as one sheet.
 * @param {HTMLElement} slip
 * @param {string} paper how wide the roll is, in mm
 * @param {(printed: boolean) => void} report called before, and when the browser has printed
 */
export function printPaper(slip, paper, report) {
  $("#print").replaceChildren(slip);
  setPaper(slip, paper);
  report(false);
  onPrinted = () => report(true);
  print();
}

/**
 * The content of a ticket's slip.
 * @param {IssuedVisit} visit
 * @param {SlipBranch} branch
 * @param {SlipFacts} facts
 */
export function slipOf(visit, branch, { service, taken, bring, paper, now }) {
  const lang = visit.language;
  const later = laterSentence(visit, now, branch.timezone, lang);
  const line = (/** @type {string} */ kind, /** @type {(string | null)[]} */ ...texts) => {
    const text = texts.filter(Boolean).join(" · ");
    return text ? el("p", { class: `paper__${kind}` }, text) : null;
  };
  const slip = el(
    "div",
    { class: `paper paper--${paper}`, lang, dir: directionOf(lang) },
    line("branch", branch.name),
    line("label", t("ticket.yours", {}, lang)),
    line("number", visit.number),
    line("service", service),
    visit.follow && codeOf(visit.follow, lang),
    later ? line("ahead", later) : line("ahead", aheadThen(visit, branch, taken, lang)),
    line("fact", waitRange(visit.estimated_wait_seconds, lang)),
    line("fact", taken ? null : t("ticket.untaken", {}, lang)),
    line("several", t("several", {}, lang)),
    bringPart(bring, lang),
    line("watch", t(whereTo("slip.called", visit.service, branch.counters), {}, lang)),
    line("fact", missedSentence(branch, lang)),
    line(
      "time",
      t("slip.today", { day: dateIn(now, branch.timezone, { year: "numeric" }, lang) }, lang),
    ),
  );
  slip.style.setProperty("--characters", String(visit.number.length));
  return slip;
}

/**
 * The documents to have ready, or nothing.
 * @param {BringLine[]} bring
 * @param {string} lang
 */
export const bringPart = (bring, lang) =>
  bring.length > 0 && el(
    "div",
    { class: "paper__bring" },
    el("p", {}, t("slip.bring", {}, lang)),
    el("ul", {}, bring.map(({ text, lang }) => el("li", { lang, dir: directionOf(lang) }, text))),
  );

/**
 * The number of people ahead is soon outdated: it is printed with its time.
 * @param {IssuedVisit} visit
 * @param {SlipBranch} branch
 * @param {boolean} taken
 * @param {string} lang
 */
function aheadThen(visit, { timezone }, taken, lang) {
  const time = clock(visit.issued_at, timezone, lang);
  return peopleAhead("slip.ahead", shownAhead(visit, taken), { time }, lang);
}

/** @type {CSSStyleSheet | null} */
let pageStyle = null;

/**
 * Make the page as long as the slip, whatever is on it, so that it is one sheet on any printer.
 * @param {HTMLElement} slip
 * @param {string} paper
 */
function setPaper(slip, paper) {
  const height = Math.ceil(slip.getBoundingClientRect().height * MM_PER_PX) + 1;
  const before = pageStyle;
  pageStyle = new CSSStyleSheet();
  pageStyle.replaceSync(`@page paper${paper} { size: ${paper}mm ${height}mm; margin: 0; }`);
  const others = document.adoptedStyleSheets.filter((one) => one !== before);
  document.adoptedStyleSheets = [...others, pageStyle];
}

/** @type {Map<boolean, number>} */
const reported = new Map(); // when each was reported last

/**
 * Report that a slip goes to the printer (`printed` false) or that the browser has printed it
 * (true), to those who look after the kiosks. A lost connection is no matter of the citizen's: the
 * number is on the screen.
 * @param {boolean} printed
 */
export function reportSlip(printed) {
  if (page.as !== "kiosk") return; // staff who open the page see the slips
  const now = performance.now();
  if (now - (reported.get(printed) ?? -Infinity) < QUIET_MS) return;
  reported.set(printed, now);
  post("/slips", { printed }, { retry: false }).catch(() => reported.delete(printed));
}
