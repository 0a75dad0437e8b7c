// The view of the display, and its content.

import { announcementsFor, isCarriedOver } from "/static/js/interventions.js";
import { closesSoon, closingTime } from "/static/js/opening-hours.js";
import { $, announce, el, find, setText, show } from "/static/js/page.js";
import { stopSentence } from "/static/js/stops.js";
import { capitalised, named, speaks, t } from "/static/js/texts.js";
import { clock as timeOfDay, dateIn } from "/static/js/times.js";
import { drawClosed } from "./hours.js";
import { arrange, counterName, drawStage, entranceOf, languageOf } from "./stage.js";
import { linesOf } from "./sizes.js";
import { drawStrip, lastWords, turnOf, waitingIn } from "./strip.js";
import { directionOf } from "/static/js/languages.js";
import { both, languages, speakIn, translateBoth } from "./languages.js";

const OVER_MS = 5 * 60_000;
/** @import { BranchState, DisplaySetup } from "/static/js/types.d.ts" */
/** @import { Announcer } from "./announcer.js" */
/** @import { Call, Calls } from "./calls.js" */
/** @import { Settings } from "./settings.js" */
/** @typedef {{
 *   state: BranchState | null,
 *   setup: DisplaySetup,
 *   settings: Settings,
 *   calls: Calls,
 *   announcer: Announcer,
 *   now: number,
 *   stale: boolean,
 * }} Room */

const BUSY = new Set(["called", "serving"]);
const SIZES = [1, 0.9, 0.8, 0.7, 0.6];
/** @type {string[]} */
let last = []; // the numbers that were announced last

/**
 * Draw all of it. `state` is null before the first has come, `stale` while the connection is lost;
 * `now` is the server's time.
 * @param {Room} room
 */
export function draw({ state, setup, settings, calls, announcer, now, stale }) {
  const announcing = announcer.calls.map(({ number }) => number);
  if (announcing.length > 0) last = announcing;
  const missed = calls.missed(now, setup.return_window_seconds * 1000);
  const open = announcing.filter((number) => calls.isOpen(number));
  const shown = arrange(calls, open, last, missed, turnOf(now));
  const current = announcer.current?.number ?? null;
  const quiet = announcer.quiet;
  // A silent call has the whole wall for as long as it is announced.
  const seen = quiet && shown.front.length > 0 ? { ...shown, rest: [] } : shown;
  drawStage(seen, { announcing, current, setup, quiet, missed });
  $("#stage").toggleAttribute("data-old", stale);
  const view = viewOf({ state, shown: [...shown.front, ...shown.rest], announcing, missed, now });
  if (state) drawStrip(state, setup, { few: view === "calls" || stale, now });
  if (view === "closed") drawClosed(setup, now, isCarriedOver(state, now));
  drawAnnounced(state, now, view === "calls");
  if (view === "welcome") drawWelcome({ state, setup, now, stale });
  $("#main").dataset.view = view;
  $("#main").dataset.state = stateOf(announcer);
  show("#strip", view !== "closed" && settings.waiting && state !== null);
  fit();
}

let fitted = "";

/** Make all of it smaller where it has no room, such as below long announcements. */
function fit() {
  const { dataset, textContent } = $("#main");
  const connection = $("#connection");
  const signature = JSON.stringify([
    ...[dataset.view, textContent, connection.hidden, connection.textContent],
    ...[innerWidth, innerHeight, document.fonts.status],
  ]);
  if (signature === fitted) return;
  fitted = signature;
  const page = document.documentElement;
  for (const size of SIZES) {
    page.style.setProperty("--fit", String(size));
    if (page.scrollHeight <= innerHeight) return;
  }
}

/** @param {Announcer} announcer */
const stateOf = ({ calls }) =>
  calls.length === 0 ? "rest" : calls.every((call) => call.again) ? "again" : "now";

/**
 * A branch is closed for the room only when its queue is empty and no visit is at a counter. A
 * while after the last visit was served, the latest call needs no attention any more.
 * @param {{
 *   state: BranchState | null,
 *   shown: Call[],
 *   announcing: string[],
 *   missed: Call[],
 *   now: number,
 * }} what
 */
function viewOf({ state, shown, announcing, missed, now }) {
  if (announcing.length > 0 && shown.length > 0) return "calls";
  const idle = state !== null && !anybody(state, isCarriedOver(state, now));
  if (idle && !state.open) return "closed";
  const done = (/** @type {Call} */ call) => !call.open && !missed.includes(call);
  const over = idle && shown.every((call) => done(call) && now - call.at > OVER_MS);
  return shown.length > 0 && !over ? "calls" : "welcome";
}

/**
 * Announcements of supervisors, one after the other. Next to calls it has one line, whose parts and
 * languages take turns.
 * @param {BranchState | null} state
 * @param {number} now
 * @param {boolean} brief
 */
function drawAnnounced(state, now, brief) {
  const announced = announcementsFor(state, "display", now);
  const text = (/** @type {string} */ lang) =>
    announced.map(({ texts }) => named(texts, lang)).join(" · ");
  show("#announced", announced.length > 0);
  if (!brief || announced.length === 0) {
    both($("#announced"), text);
    return;
  }
  const style = getComputedStyle($("#announced"));
  const room = $("#announced").clientWidth - 2 * parseFloat(style.paddingInlineStart);
  const width = room / parseFloat(style.fontSize);
  const texts = [...new Map(languages().map((lang) => [text(lang), lang]))];
  const parts = texts.flatMap(([whole, lang]) =>
    linesOf(whole, width).map((line) => ({ line, lang }))
  );
  const { line, lang } = parts[turnOf(now) % parts.length];
  $("#announced").replaceChildren(el("span", { lang, dir: directionOf(lang) }, line));
}

/**
 * @param {BranchState} state
 * @param {boolean} carried whether waiting visits are carried over and no longer called today
 */
const anybody = ({ queues, counters, private_waiting: behindDoors }, carried) =>
  (!carried && waitingIn(queues) + behindDoors > 0) ||
  counters.some((counter) => BUSY.has(counter.state));

/**
 * No text asks to take a number where none is issued.
 * @param {Pick<Room, "state" | "setup" | "now" | "stale">} room
 */
function drawWelcome({ state, setup, now, stale }) {
  const closed = state !== null && !state.open;
  const closes = closesSoon(setup, now);
  const none = Object.keys(setup.services).length === 0;
  const open = none ? "welcome.watch" : "welcome.lead";
  const lead = stale ? "stale.do" : closed ? lastWords(state, now) : open;
  both($("#welcome-title"), (lang) => t(closed ? "last.title" : "welcome.title", {}, lang));
  show("#welcome-stop", !stale && stopSentence(setup, now) !== "");
  both($("#welcome-stop"), (lang) => stopSentence(setup, now, lang));
  both($("#welcome-lead"), (lang) => {
    const text = t(lead, {}, lang);
    if (stale || closed || !closes) return text;
    return `${text} ${t("closing", { time: closingTime(closes, setup.timezone, lang) }, lang)}.`;
  });
}

/**
 * The content of the configuration: the branch's name and languages.
 * @param {DisplaySetup} setup
 */
export function drawSetup(setup) {
  // The page that the server has now comes with the texts of a new language, and new pictograms.
  const drawn = Object.values(setup.pictograms).every((name) => find(`#i-p-${name}`));
  if (!setup.languages.every(speaks) || !drawn) location.reload();
  speakIn(setup.languages.filter(speaks));
  $("#branch-name").textContent = setup.name;
  translateBoth(document);
}

/**
 * The clock and the date on the wall, in the branch's zone.
 * @param {number} now
 * @param {DisplaySetup} setup
 */
export function drawTime(now, { timezone }) {
  const [lang] = languages();
  setText($("#time"), timeOfDay(now, timezone, lang));
  setText($("#date"), capitalised(dateIn(now, timezone, { weekday: "long" }, lang), lang));
}

/**
 * Let a screen reader say a call, in the ticket's language.
 * @param {Call} call
 * @param {DisplaySetup} setup
 */
export function announceCall(call, setup) {
  const lang = languageOf(call);
  const key = call.again ? "call.announce_again" : "call.announce";
  $("#announce").lang = lang;
  const entrance = entranceOf(call, setup, lang);
  const where = t(key, { number: call.number, counter: counterName(call, setup, lang).text }, lang);
  announce(entrance ? `${where}. ${entrance.text}.` : where);
}
