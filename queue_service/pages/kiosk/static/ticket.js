// The ticket on the screen.

import { putName } from "./fit.js";
import { $, icon, setText, show } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { peopleAhead, shownAhead } from "/static/js/people-ahead.js";
import { waitRange } from "./waiting.js";
import { isPrivate, pictogramOf, setup } from "./setup.js";
import { clock } from "/static/js/times.js";

/** @import { FollowCode, Translations } from "/static/js/types.d.ts" */
/** @import { Held } from "./screens.js" */

/**
 * Show a visit's ticket.
 * @param {Held} visit
 * @param {Translations} names its service's
 * @param {{ taken: boolean, slip: string, again: boolean, watch: string, others: boolean, news: string, late: string }} facts
 *   `slip` is the key of the sentence about the slip; `again`: it can be printed again; `watch` says where to go; `others` whether there are other counters; `news`
 *   is a sentence about what has become of it, `late` one about closing time, each "" for none
 */
export function drawTicket(visit, names, { taken, slip, again, watch, others, news, late }) {
  const waits = visit.state === "waiting";
  $("#ticket-spoken").textContent = `${t("ticket.is", { number: visit.number })}.`;
  $("#ticket-number").textContent = visit.number;
  $("#ticket-number").style.setProperty("--characters", String(visit.number.length));
  const several = Object.entries(names).map(([code, name]) => [code, withPeople(name, visit)]);
  putName($("#ticket-service"), Object.fromEntries(several));
  const drawing = isPrivate(visit.service) ? "" : pictogramOf(visit.service);
  $("#ticket-pictogram").replaceChildren(...(drawing ? [icon(`p-${drawing}`)] : []));
  show("#ticket-errand", $("#ticket-service").textContent !== "");
  drawFact("#ticket-news", news || null);
  const ahead = waits ? shownAhead(visit, taken) : null;
  show("#ticket-ahead", ahead !== null);
  setText($("#ticket-count"), peopleAhead("ahead", ahead) ?? "");
  const seen = visit.seen ?? Date.parse(visit.issued_at);
  setText($("#ticket-at"), t("ticket.at", { time: clock(seen, setup().timezone) }));
  show("#ticket-others", others && ahead !== 0);
  drawFact("#ticket-wait", waits ? waitRange(visit.estimated_wait_seconds) : null);
  drawFact("#ticket-late", waits && late ? late : null);
  drawFact("#ticket-paper", waits ? t(slip) : null);
  $("#ticket-paper").classList.toggle("facts__news", slip.startsWith("ticket.no_"));
  show("#ticket-again", waits && again);
  drawFact("#ticket-watch", waits ? watch : null);
  show("#ticket-untaken", !taken && waits);
  show("#ticket-several", waits);
  drawCode(waits ? visit.follow : null);
  for (const id of ["#ticket-undo", "#ticket-change"]) show(id, waits);
}

/**
 * The name of a service with the number of people it is for, where that is not one.
 * @param {string} name
 * @param {Pick<Held, "wanted">} visit
 */
export function withPeople(name, { wanted }) {
  const people = wanted?.[0]?.people ?? 1;
  return people > 1 ? `${name} ×${people}` : name;
}

/**
 * Show a sentence next to its icon, or neither.
 * @param {string} id
 * @param {string | null} sentence
 */
export function drawFact(id, sentence) {
  show(id, sentence !== null);
  const last = $(id).lastElementChild;
  if (last) last.textContent = sentence ?? "";
}

/**
 * The code with which a phone follows the number; nothing without one.
 * @param {FollowCode | null | undefined} code
 */
async function drawCode(code) {
  const place = $("#ticket-code");
  show("#ticket-follow", Boolean(code));
  if (!code || place.dataset.code === code.code) return;
  place.dataset.code = code.code;
  place.replaceChildren();
  const { squares } = await import("./slip-code.js");
  if (place.dataset.code === code.code) place.replaceChildren(squares(code.qr, "follow__squares"));
}
