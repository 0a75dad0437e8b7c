// The strip along the bottom: how many wait for each service, and how many counters are open.

import { afterClosing, isCarriedOver } from "/static/js/interventions.js";
import { closesSoon, closingTime } from "/static/js/opening-hours.js";
import { $, el, icon, show } from "/static/js/page.js";
import { named, t, tn } from "/static/js/texts.js";
import { both } from "./languages.js";

/** @import { BranchState, DisplaySetup, QueueState } from "/static/js/types.d.ts" */

// Next to calls there is one row, or two on a portrait screen; the rest takes turns.
const A_ROW = 3;
const A_ROW_OF_LONG_NAMES = 2;
const LONG_NAME = 24; // letters
const BESIDE_WORDS = 1; // the fate of numbers once it is closed takes half of the strip
const ALL_ROWS = 12;
const TURN_MS = 10_000;

/**
 * Draw it. `few`: others need the room. `now` is the server's time, in ms.
 * @param {BranchState} state
 * @param {DisplaySetup} setup
 * @param {{ few: boolean, now: number }} how
 */
export function drawStrip(state, setup, { few, now }) {
  const row = state.open ? aRow(setup) : BESIDE_WORDS;
  const most = few ? row : ALL_ROWS;
  // A carried-over visit is called today for no service.
  const shown = few && isCarriedOver(state, now) ? [] : queuesOf(state, setup);
  const pages = pagesOf(shown, most);
  const queues = pages[turnOf(now) % Math.max(pages.length, 1)] ?? [];
  const total = waitingIn(state.queues) + state.private_waiting;
  drawQueues(queues, Math.max(...pages.map((page) => page.length), 1), setup);
  show("#waiting-total", pages.length !== 1 || state.private_waiting > 0);
  const amount = total === 0 ? "waiting.none" : "waiting.total";
  both($("#waiting-total"), (lang) => t(amount, { n: total }, lang));
  show("#waiting-title", total > 0);
  // Without calls the view itself says that no more numbers are given.
  const wanted = few || state.open;
  both(
    $("#open-counters"),
    (lang) => (wanted ? openCounters(state, setup, { few, now }, lang) : ""),
  );
}

/**
 * The sentence for citizens with a number once no more are issued.
 * @param {BranchState} state
 * @param {number} now
 */
export const lastWords = (state, now) => `last.${afterClosing(state, now)}`;

/**
 * How many wait in these queues together.
 * @param {QueueState[]} queues
 */
export const waitingIn = (queues) => queues.reduce((sum, { waiting }) => sum + waiting, 0);

/**
 * The number of the turn that is shown now; every screen shows the same.
 * @param {number} now
 */
export const turnOf = (now) => Math.floor(now / TURN_MS);

/** @param {DisplaySetup} setup */
function aRow({ services }) {
  const names = Object.values(services).flatMap((name) => Object.values(name));
  return names.some((name) => name.length > LONG_NAME) ? A_ROW_OF_LONG_NAMES : A_ROW;
}

/**
 * Every service that somebody waits for.
 * @param {BranchState} state
 * @param {DisplaySetup} setup
 */
const queuesOf = ({ queues }, { services }) =>
  queues.filter(({ service, waiting }) => service in services && waiting > 0);

/**
 * @param {QueueState[]} queues
 * @param {number} most
 */
function pagesOf(queues, most) {
  const pages = Math.ceil(queues.length / most);
  const size = Math.ceil(queues.length / Math.max(pages, 1));
  return Array.from({ length: pages }, (_, page) => queues.slice(page * size, (page + 1) * size));
}

/**
 * @param {QueueState[]} queues
 * @param {number} count
 * @param {DisplaySetup} setup
 */
function drawQueues(queues, count, setup) {
  const list = $("#waiting");
  const rows = Math.ceil(count / 4);
  const columns = Math.ceil(count / rows);
  list.hidden = queues.length === 0;
  list.dataset.size = rows < 3 && columns < 4 ? "few" : "many";
  list.style.setProperty("--columns", String(columns));
  list.style.setProperty(
    "--columns-portrait",
    String(count < 9 || count === 10 ? Math.min(count, 2) : 3),
  );
  list.replaceChildren(...queues.map((queue) => waitingFor(queue, setup)));
}

/**
 * @param {QueueState} queue
 * @param {DisplaySetup} setup
 */
function waitingFor({ service, waiting }, setup) {
  const name = el("span", { class: "both strip__service" });
  both(name, (lang) => named(setup.services[service], lang));
  const drawing = setup.pictograms[service];
  return el(
    "li",
    { class: "strip__queue inline" },
    drawing && icon(`p-${drawing}`, "strip__pictogram"),
    name,
    el("span", { class: "number" }, String(waiting)),
  );
}

/**
 * @param {BranchState} state
 * @param {DisplaySetup} setup
 * @param {{ few: boolean, now: number }} how without calls the view itself says when it closes
 * @param {string} lang
 */
function openCounters(state, setup, { few, now }, lang) {
  if (!state.open) return `${t("last.title", {}, lang)}. ${t(lastWords(state, now), {}, lang)}`;
  const closes = few ? closesSoon(setup, now) : null;
  if (closes) return t("closing", { time: closingTime(closes, setup.timezone, lang) }, lang);
  const open =
    state.counters.filter(({ state: stands }) => stands !== "closed" && stands !== "paused").length;
  return open === 0 ? t("open.none", {}, lang) : tn("open", open, {}, lang);
}
