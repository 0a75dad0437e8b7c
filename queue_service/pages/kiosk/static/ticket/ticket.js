// The ticket on the screen.

import { putName } from "../fit.js";
import { $, find, icon, setText, show } from "/static/js/page.js";
import { isHeld } from "/static/js/branch.js";
import { listedErrands } from "/static/js/languages.js";
import { named, t } from "/static/js/texts.js";
import { peopleAhead, shownAhead } from "/static/js/people-ahead.js";
import { waitRange } from "./waiting.js";
import { isPrivate, pictogramOf, serviceNames, setup } from "../setup.js";
import { clock } from "/static/js/times.js";

/** @import { FollowCode, Translations, Visit } from "/static/js/types.d.ts" */
/** @import { Held } from "../screens.js" */

/**
 * Show a visit's ticket.
 * @param {Held} visit
 * @param {{
 *   taken: boolean,
 *   slip: string,
 *   again: boolean,
 *   more: boolean,
 *   later: boolean,
 *   watch: string,
 *   others: boolean,
 *   news: string,
 *   late: string,
 * }} facts `slip` is the key of the sentence about the slip; `again`: it can be printed again;
 *   `more`: another errand can be added; `later`: the citizen can come later; `watch` says where to go; `others` whether there are other
 *   counters; `news` is a sentence about what has become of it, `late` one about closing time, each
 *   "" for none
 */
export function drawTicket(visit, facts) {
  const { taken, slip, again, more, later, watch, others, news, late } = facts;
  const waits = visit.state === "waiting";
  $("#ticket-spoken").textContent = `${t("ticket.is", { number: visit.number })}.`;
  $("#ticket-number").textContent = visit.number;
  $("#ticket-number").style.setProperty("--characters", String(visit.number.length));
  putName($("#ticket-service"), errandNames(visit));
  const drawing = isPrivate(visit.service) ? "" : pictogramOf(visit.service);
  $("#ticket-pictogram").replaceChildren(...(drawing ? [icon(`p-${drawing}`)] : []));
  show("#ticket-errand", $("#ticket-service").textContent !== "");
  drawFact("#ticket-news", news || null);
  const held = isHeld(visit);
  const ahead = waits && !held ? shownAhead(visit, taken) : null;
  show("#ticket-ahead", ahead !== null);
  setText($("#ticket-count"), peopleAhead("ahead", ahead) ?? "");
  const seen = visit.seen ?? Date.parse(visit.issued_at);
  setText($("#ticket-at"), t("ticket.at", { time: clock(seen, setup().timezone) }));
  show("#ticket-others", others && ahead !== 0);
  drawFact("#ticket-wait", waits ? waitRange(visit.estimated_wait_seconds) : null);
  const coming = waits && !held ? visit.bookings_ahead : null;
  // It is on the page if times can be booked.
  if (find("#ticket-coming")) {
    drawFact("#ticket-coming", coming ? t("ticket.coming", { n: coming }) : null);
  }
  drawFact("#ticket-late", waits && late ? late : null);
  drawFact("#ticket-paper", waits ? t(slip) : null);
  $("#ticket-paper").classList.toggle("facts__news", slip.startsWith("ticket.no_"));
  show("#ticket-again", waits && again);
  drawFact("#ticket-watch", waits ? watch : null);
  show("#ticket-untaken", !taken && waits);
  show("#ticket-several", waits && !more);
  show("#ticket-also", waits && more);
  show("#ticket-later", waits && later);
  drawCode(waits ? visit.follow : null);
  // Another choice would replace all of them: they are taken back one by one first.
  const whole = !held && addedLast(visit) === null;
  const arrived = Boolean(visit.booking); // an arrival is not taken back
  show("#ticket-undo", waits && !(whole && arrived));
  setText($("#ticket-undo"), t(whole ? "undo.number" : "undo"));
  show("#ticket-change", waits && whole && !arrived);
}

/**
 * The services that a visit is for, in each language: "Pas ×4 og Kørekort", without private ones.
 * @param {Pick<Visit, "wanted">} visit
 * @returns {Translations}
 */
export function errandNames({ wanted }) {
  const shown = wanted.filter(({ service }) => !isPrivate(service));
  const codes = shown.length ? Object.keys(serviceNames(shown[0].service)) : [];
  return Object.fromEntries(
    codes.map((code) => [
      code,
      listedErrands(shown, (service) => named(serviceNames(service), code), code),
    ]),
  );
}

/**
 * The service that was added last; null for a visit with one alone.
 * @param {Pick<Visit, "wanted">} visit
 */
export const addedLast = ({ wanted }) => wanted.slice(1).at(-1)?.service ?? null;

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
  const { squares } = await import("../slip/slip-code.js");
  if (place.dataset.code === code.code) place.replaceChildren(squares(code.qr, "follow__squares"));
}
