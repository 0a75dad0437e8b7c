// The ticket on the screen.

import { putName } from "./fit.js";
import { $, show } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { peopleAhead } from "/static/js/wording.js";
import { told, waitRange } from "./slip.js";

/** @import { Translations, Visit } from "/static/js/types.d.ts" */

/**
 * Show a visit's ticket.
 * @param {Visit} visit
 * @param {Translations} names its service's
 * @param {{ taken: boolean, paper: string, watch: string, news: string, late: string }} facts `paper` is "0" where
 *   nothing is printed; `watch` says where to go; `news` is a sentence about what has become of it, `late` one about closing
 *   time, each "" for none
 */
export function drawTicket(visit, names, { taken, paper, watch, news, late }) {
  const waits = visit.state === "waiting";
  $("#ticket-spoken").textContent = `${t("ticket.is", { number: visit.number })}.`;
  $("#ticket-number").textContent = visit.number;
  $("#ticket-number").style.setProperty("--characters", String(visit.number.length));
  putName($("#ticket-service"), names);
  drawFact("#ticket-news", news || null);
  drawFact("#ticket-ahead", waits ? peopleAhead("ahead", told(visit, taken)) : null);
  drawFact("#ticket-wait", waits ? waitRange(visit.estimated_wait_seconds) : null);
  drawFact("#ticket-late", waits && late ? late : null);
  drawFact("#ticket-paper", waits ? t(paper === "0" ? "ticket.remember" : "ticket.paper") : null);
  drawFact("#ticket-watch", waits ? watch : null);
  show("#ticket-untaken", !taken && waits);
  for (const id of ["#ticket-undo", "#ticket-change"]) show(id, waits);
}

/**
 * Show a sentence beside its icon, or neither.
 * @param {string} id
 * @param {string | null} sentence
 */
export function drawFact(id, sentence) {
  show(id, sentence !== null);
  const last = $(id).lastElementChild;
  if (last) last.textContent = sentence ?? "";
}
