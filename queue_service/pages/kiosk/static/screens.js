// The content of each screen of the kiosk, and the one on show.

import { isHeld } from "/static/js/branch.js";
import { isOpen } from "/static/js/opening-hours.js";
import { serverClock } from "/static/js/server-clock.js";
import { $, el, find, findAll, setText, show } from "/static/js/page.js";
import { afterClosing, announcementsFor, stopOf } from "/static/js/interventions.js";
import { stopSentence } from "/static/js/stops.js";
import { directionOf } from "/static/js/languages.js";
import { has, language, named, t } from "/static/js/texts.js";
import { openFrom, when } from "/static/js/opening-hours.js";
import { clock, quartersWithin, sameDate, timeCode } from "/static/js/times.js";
import { fitScreen, putName } from "./fit.js";
import { guard, restAfterTicket, restButtons } from "./guard.js";
import { drawHome, drawUnsure } from "./home.js";
import { closingSentence, drawClosed, hoursSentence, lateSentence } from "./hours.js";
import { drawReady } from "./ready.js";
import { isPrinting, paper, printerTrouble } from "./slip/printing.js";
import { hoursOf, nameInSentence, serviceNames, setup } from "./setup.js";
import { isLong, laterSentence, missedSentence, whereTo } from "./ticket/waiting.js";
import { counterName, drawCalled } from "./ticket/called.js";
import { drawFact, drawTicket } from "./ticket/ticket.js";

/** @import { Arrival, BranchState, Intervention, IssuedVisit, StaleReason, Visit } from "/static/js/types.d.ts" */
/** @import { Trouble } from "./ticket/issue.js" */
/** @typedef {"home" | "booked" | "ready" | "own" | "untaken" | "ticket" | "called" | "burst" | "people" | "later" | "closed" | "trouble"} ScreenName */
/**
 * A ticket. `seen` is when its place was asked for last, and `expected` when the wait that is shown
 * was counted if that was not at issue (ms).
 * `booking` is that of an arrival.
 * @typedef {IssuedVisit & { seen?: number, expected?: number, booking?: Arrival }} Held
 */
/**
 * The state of a citizen's visit to the kiosk. `former` is the ticket that the next one replaces,
 * `also` the one that is changed: by another service, or a later time; `news` gives a sentence about what has just been done; `printed` says that it has its slip,
 * `slips` how many were printed while it is shown, `reading` that all of a long announcement is shown.
 * @typedef {{
 *   name: ScreenName,
 *   page: number,
 *   service: string | null,
 *   people: number | null,
 *   visit: Held | null,
 *   former: Held | null,
 *   also: Held | null,
 *   news: (() => string) | null,
 *   trouble: Trouble | null,
 *   printed: boolean,
 *   slips: number,
 *   reading: boolean,
 * }} View
 */
/**
 * The state of the kiosk: its branch now (null: not yet), why that is old and whether it has been
 * for longer than a hiccup, what the citizen has come to, and the visit of an undo whose result is
 * unknown.
 * @typedef {{
 *   state: BranchState | null,
 *   stale: StaleReason | null,
 *   lasting: boolean,
 *   view: View,
 *   undoing: Visit | null,
 * }} Kiosk
 */

const main = $("#main");

const MOST_SLIPS = 3; // of one ticket on the screen: more are a game
const LATER_MS = 25 * 60_000; // the first time to come back is half an hour away
const MOST_SERVICES = 5; // of one number, as the server has it
const FEW_LANGUAGES = 3; // side by side in the head; more have a strip of their own

/** @type {typeof import("./slip/own.js") | null} */
let ownScreen = null;

/** Fetch the screen of those who need no number, which is no part of the first load. */
export async function loadOwn() {
  ownScreen ??= await import("./slip/own.js");
  return ownScreen;
}

/** @type {typeof import("./booked/booked.js") | null} */
let bookedScreen = null;

/** Fetch the screen of an arrival for an appointment, which is no part of the first load either. */
export async function loadBooked() {
  bookedScreen ??= await import("./booked/booked.js");
  await bookedScreen.ready();
  return bookedScreen;
}

/** @type {ScreenName | null} */
let onShow = null;

/** The screen on show; null before the first. */
export const screen = () => onShow;

/** @returns {View} */
export const startView = () => ({
  name: "home",
  page: 0,
  service: null,
  people: null,
  visit: null,
  former: null,
  also: null,
  news: null,
  trouble: null,
  printed: false,
  slips: 0,
  reading: false,
});

/**
 * Whether an open counter takes a service, as far as is known.
 * @param {Kiosk} kiosk
 * @param {string} service
 */
export const isTaken = ({ state }, service) =>
  state?.queues.find((queue) => queue.service === service)?.taken ?? true;

/**
 * Before the first counter opens in the morning nothing is taken: no reason to say so of every
 * service.
 * @param {Kiosk} kiosk
 */
export const nobodyIsOpen = ({ state }) =>
  state !== null && !state.queues.some((queue) => queue.taken);

/**
 * Whether no open counter takes a service, while one is open for others.
 * @param {Kiosk} kiosk
 * @param {string} service
 */
const isUntaken = (kiosk, service) => !nobodyIsOpen(kiosk) && !isTaken(kiosk, service);

/**
 * The callbacks of the page: `press` follows a touch of a service, `changed` the coming of another
 * screen; `booked` are those of an arrival.
 * @typedef {{
 *   press: (service: string) => void,
 *   changed: () => void,
 *   booked: import("./booked/booked.js").Hooks,
 * }} Hooks
 */

/**
 * Draw the current screen.
 * @param {Kiosk} kiosk
 * @param {Hooks} hooks
 */
export function drawScreen(kiosk, hooks) {
  const next = wanted(kiosk);
  // The place of the finger, before drawing moves the button.
  const from = onShow === "ticket" ? closedBy().getBoundingClientRect() : null;
  draw[next](kiosk);
  if (next === "booked") bookedScreen?.drawBooked(hooks.booked);
  // It is on the page if times can be booked.
  for (const button of findAll("#home-booked")) {
    button.hidden = next !== "home" || Boolean(kiosk.view.former ?? kiosk.view.also);
  }
  show("#unsure", offersUnsure(kiosk, next));
  if (next !== "home") show("#home-keep", false);
  // Help is not offered while the branch is closed, nor without a connection, which the call needs.
  const helps = setup().help && kiosk.state?.open && kiosk.stale === null;
  for (const button of findAll(".call")) button.hidden = !helps;
  markLanguage();
  drawClock();
  if (next !== onShow) change(kiosk, next, hooks, from);
  else fit(kiosk, next, hooks.press);
  guard();
}

/** Draw the time of day. */
export function drawClock() {
  $("#clock").textContent = clock(serverClock.now(), setup().timezone);
}

/**
 * The screen to show: a ticket is never taken out of a citizen's hands, nor the question whether
 * there is one; after that, what stops the kiosk from giving numbers; after that, the screen asked
 * for.
 * @param {Kiosk} kiosk
 * @returns {ScreenName}
 */
function wanted({ state, stale, view }) {
  if (view.name === "ticket") return isCalled(view.visit) ? "called" : "ticket";
  if (stale !== null || view.trouble !== null) return "trouble";
  if (state === null) return "home";
  return state.open ? view.name : "closed";
}

/**
 * Whether a ticket is called and not met, or missed.
 * @param {Visit | null} visit
 */
export const isCalled = (visit) =>
  (visit?.state === "called" && visit.counter !== null) || visit?.state === "no_show";

/** The key of the sentence about the slip. */
function slipSentence() {
  const trouble = printerTrouble();
  return trouble ? `ticket.no_${trouble}` : paper() === "0" ? "ticket.remember" : "ticket.paper";
}

/**
 * Whether the slip can be printed again.
 * @param {View} view
 */
const offersSlip = ({ printed, slips }) =>
  paper() !== "0" && printed && slips < MOST_SLIPS && !isPrinting();

/**
 * Whether a slip that has changed is printed once more.
 * @param {View} view
 */
export const printsChange = ({ slips }) => paper() !== "0" && slips < MOST_SLIPS;

/**
 * Whether a ticket can be changed now.
 * @param {Kiosk} kiosk
 * @param {Visit} visit
 */
export const canChange = ({ state, stale }, visit) =>
  stale === null && state?.open === true && !isCalled(visit);

/**
 * Whether another errand can be added to a ticket that can be changed.
 * @param {Visit} visit
 */
const canAdd = (visit) => visit.wanted.length < MOST_SERVICES && furtherServices(visit).length > 0;

/**
 * Whether a citizen may come later, with a ticket that can be changed: it is offered where the wait
 * may be long.
 * @param {Held} visit
 */
const canComeLater = (visit) => !isHeld(visit) && isLong(visit) && laterTimes(visit).length > 0;

/**
 * The key of the advice to a citizen who does not see the display.
 * @param {Kiosk} kiosk
 */
const toHear = ({ state }) => (state?.quiet ? "ticket.listen.quiet" : "ticket.listen");

/**
 * The times to come back at, in ms: each half hour from half an hour on.
 * @param {Visit} visit
 */
const laterTimes = (visit) =>
  quartersWithin(hoursOf(visit.inquiries[0].service), serverClock.now() + LATER_MS)
    .filter((at, index) => index % 2 === 0 && sameDate(at, serverClock.now(), setup().timezone));

/**
 * The services that a ticket is not for.
 * @param {Visit} visit
 */
const furtherServices = ({ wanted }) =>
  setup().services.filter(({ id }) => !wanted.some(({ service }) => service === id));

/** @type {Record<ScreenName, (kiosk: Kiosk) => void>} */
const draw = {
  home(kiosk) {
    const { former, also, news, reading } = kiosk.view;
    const held = former ?? also;
    const note = news?.() ?? (announced(kiosk) || closingSentence(setup(), serverClock.now()));
    setText($("#home-note-text"), note);
    show("#home-note", note !== "");
    $("#home-note").classList.toggle("notice--open", reading);
    const more = $("#home-note-more");
    more.textContent = t(reading ? "done" : "note.more");
    more.setAttribute("aria-expanded", String(reading));
    show("#home-welcome", held === null);
    show("#home-several", held === null);
    const kind = also ? "also" : "change";
    $("#home-title").textContent = t(held ? `${kind}.title` : "ask");
    $("#home-lead").textContent = held
      ? t(`${kind}.lead`, { number: held.number })
      : t(nobodyIsOpen(kiosk) ? "nobody" : "how");
    const stop = held ? "" : stopSentence(setup(), serverClock.now());
    $("#home-stop").textContent = stop;
    show("#home-stop", stop !== "");
    show("#home-keep", held !== null);
    $("#home-keep").textContent = held ? t(`${kind}.keep`, { number: held.number }) : "";
    offerUnsure(kiosk);
  },
  booked() {},
  ready({ view }) {
    drawReady(view.service ?? "", view.former !== null);
  },
  own({ view }) {
    ownScreen?.drawOwn(view.service ?? "", view.printed);
  },
  untaken(kiosk) {
    const service = kiosk.view.service ?? "";
    $("#untaken-title").textContent = service === setup().unsure
      ? t("untaken.unsure") // its name, such as "Other", would say that nothing else is helped with
      : t("untaken.title", { service: nameInSentence(service) });
    drawFact("#untaken-hours", hoursSentence(setup(), serverClock.now()) || null);
    offerUnsure(kiosk);
  },
  ticket(kiosk) {
    const { visit, news } = kiosk.view;
    if (visit === null) return;
    drawTicket(visit, {
      taken: isTaken(kiosk, visit.service),
      slip: slipSentence(),
      again: offersSlip(kiosk.view),
      more: canChange(kiosk, visit) && canAdd(visit),
      later: canChange(kiosk, visit) && canComeLater(visit),
      watch: t(
        find("#aloud") ? toHear(kiosk) : whereTo("ticket.watch", visit.service, setup().counters),
      ),
      others: setup().counters.length > 1,
      news: news?.() || laterSentence(visit, serverClock.now(), setup().timezone),
      late: lateSentence(setup(), serverClock.now(), visit.estimated_wait_seconds),
    });
  },
  called({ state, view: { visit } }) {
    if (visit === null) return;
    drawCalled(visit, {
      counter: counterName(state, visit.counter ?? ""),
      entrance: setup().rooms?.[visit.counter ?? ""] ?? "",
      missed: missedSentence(setup(), language()),
    });
  },
  burst() {},
  people({ view }) {
    putName($("#people-service"), serviceNames(view.service ?? ""));
  },
  later({ view }) {
    const times = view.also ? laterTimes(view.also) : [];
    findAll("#later-times button").forEach((button, index) => {
      const at = times[index];
      button.hidden = at === undefined;
      if (at === undefined) return;
      button.textContent = clock(at, setup().timezone);
      button.dataset.time = timeCode(at, setup().timezone);
    });
  },
  closed(kiosk) {
    drawClosed(setup(), serverClock.now(), [keptNumber(kiosk), announced(kiosk)]);
  },
  trouble({ stale, lasting, view, undoing }) {
    const unknown = view.trouble?.kind === "unknown";
    const trouble = stale !== null && !unknown ? { kind: kindOf(stale, lasting) } : view.trouble;
    if (trouble) drawTrouble(trouble);
    drawFact("#trouble-undo", undoing && t("undone.later", { number: undoing.number }));
    if (undoing !== null) show("#trouble-facts", true);
    if (trouble?.wanted) putName($("#trouble-again"), serviceNames(trouble.wanted.service));
  },
};

/**
 * The fate of waiting numbers while it is closed; "" without any.
 * @param {Kiosk} kiosk
 */
function keptNumber({ state }) {
  if (state === null) return "";
  const kept = afterClosing(state, serverClock.now());
  const waits = state.private_waiting > 0 || state.queues.some(({ waiting }) => waiting > 0);
  return waits || kept === "carried" ? t(`closed.${kept}`) : "";
}

/** @param {Kiosk} kiosk */
const announced = ({ state }) =>
  announcementsFor(state, "kiosk", serverClock.now()).map(({ texts }) => named(texts)).join(" · ");

/**
 * The reason why no number is given for a service for now, as its button says it; "" where one is.
 * @param {Kiosk} kiosk
 * @param {string} service
 */
export function stopNote({ state }, service) {
  const stop = stopNow(state, service);
  if (stop === null) return "";
  const until = comesBack(stop);
  const next = openFrom(setup(), Date.parse(stop.ends_at));
  if (!stop.kind && next !== null) return t("stopped.opens", { when: opening(next) });
  return until ? t("stopped.until", { time: until }) : t("stopped.today");
}

/**
 * The reason why a service cannot be added to a ticket now, in a sentence; "" where it can.
 * @param {Kiosk} kiosk
 * @param {string} service
 */
export function whyNotAlso(kiosk, service) {
  const trouble = stopTrouble(kiosk, service);
  if (trouble) return t(`${trouble.kind}.what`, trouble.values);
  return isUntaken(kiosk, service) ? t("untaken.title", { service: nameInSentence(service) }) : "";
}

/**
 * The same where it was touched all the same.
 * @param {Kiosk} kiosk
 * @param {string} service
 * @returns {Trouble | null}
 */
export function stopTrouble({ state }, service) {
  const stop = stopNow(state, service);
  if (stop === null) return null;
  const until = comesBack(stop);
  const next = openFrom(setup(), Date.parse(stop.ends_at));
  const values = {
    service: nameInSentence(service),
    time: until,
    when: next === null ? "" : opening(next),
  };
  return { kind: until ? "paused" : next === null ? "spent" : "full", seconds: 25, values };
}

/**
 * @param {Kiosk["state"]} state
 * @param {string} service
 */
const stopNow = (state, service) =>
  stopOf(state, service, serverClock.now(), setup().service_hours);

/**
 * When numbers are given again today, as a time; "" where that is not today. A stop that ends while
 * the branch is closed, such as over midday, lasts until it opens.
 * @param {Pick<Intervention, "ends_at">} stop
 */
function comesBack({ ends_at: ends }) {
  const { timezone } = setup();
  const again = openFrom(setup(), Date.parse(ends));
  const today = again !== null && sameDate(again, serverClock.now(), timezone);
  return today ? clock(again, timezone) : "";
}

/** @param {number} instant */
const opening = (instant) =>
  when(instant, { timezone: setup().timezone, now: serverClock.now(), dated: true });

/** @param {Kiosk} kiosk */
function offerUnsure(kiosk) {
  const { unsure } = setup();
  if (unsure === null) return;
  drawUnsure(serviceNames(unsure), isUntaken(kiosk, unsure), stopNote(kiosk, unsure));
}

/**
 * If no counter helps right now, only services with one are offered.
 * @param {Kiosk} kiosk
 * @param {ScreenName} next
 */
function offersUnsure(kiosk, next) {
  const { unsure } = setup();
  if (unsure === null || kiosk.view.also) return false;
  const helps = !isUntaken(kiosk, unsure) && !stopNote(kiosk, unsure);
  return next === "home" || (next === "untaken" && helps);
}

/**
 * A long outage is shown as one in which the staff issue numbers on paper, where they have any and
 * the branch is open by the hours that were known last.
 * @param {StaleReason} reason
 * @param {boolean} lasting
 */
function kindOf(reason, lasting) {
  const paper = lasting && setup().paper_numbers && BY_ITSELF.includes(reason);
  return paper && isOpen(setup(), serverClock.now()) ? "paper" : reason;
}

const BY_ITSELF = ["connection", "store", "paper"];
const NO_WAY_BACK = ["limited", "refused", "removed"]; // it would only lead here again

/**
 * When no number can be given: what to do, large, and what happened. Without seconds the kiosk
 * comes back with the connection.
 * @param {Trouble} trouble
 */
function drawTrouble({ kind, seconds, values }) {
  const unknown = kind === "unknown";
  $("#trouble-what").textContent = t(`${kind}.what`, values);
  $("#trouble-title").textContent = t(`${kind}.do`, values);
  drawPart("#trouble-lead", `${kind}.lead`, values);
  drawPart("#trouble-instead", `${kind}.instead`, values);
  show("#trouble-itself", BY_ITSELF.includes(kind));
  show("#trouble-facts", has(`${kind}.instead`) || BY_ITSELF.includes(kind));
  const back = seconds !== undefined && !NO_WAY_BACK.includes(kind) && !unknown;
  show("#trouble-again", unknown);
  show("#trouble-back", back);
  show("#trouble-actions", unknown || back);
}

/**
 * @param {string} id
 * @param {string} key
 * @param {Trouble["values"]} values
 */
function drawPart(id, key, values) {
  show(id, has(key));
  ($(id).lastElementChild ?? $(id)).textContent = has(key) ? t(key, values) : "";
}

/**
 * @param {Kiosk} kiosk
 * @param {ScreenName} next
 * @param {Hooks} hooks
 * @param {DOMRect | null} from where a ticket was closed
 */
function change(kiosk, next, { press, changed }, from) {
  const first = onShow === null;
  onShow = next;
  for (const section of findAll(".screen")) section.hidden = section.dataset.screen !== next;
  main.dataset.shown = next;
  // All changes before it is measured, and so laid out once.
  if (!first) restButtons();
  changed();
  fit(kiosk, next, press);
  // Anyone who has chosen to choose again does not wait for it.
  if (from && kiosk.view.former === null && kiosk.view.also === null) restAfterTicket(from);
  if (!first) $(".screen:not([hidden]) h1").focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** The button that closed the ticket, or the one that would have. */
function closedBy() {
  const pressed = document.activeElement;
  return pressed?.closest("#ticket-actions") && pressed.matches("button")
    ? pressed
    : $("#ticket-done");
}

let fitted = "";

/**
 * @param {Kiosk} kiosk
 * @param {ScreenName} shown
 * @param {(service: string) => void} press
 */
function fit(kiosk, shown, press) {
  if (shown === "home") {
    fitted = "";
    const { also } = kiosk.view;
    drawHome(also ? { ...setup(), services: furtherServices(also) } : setup(), {
      page: kiosk.view.page,
      untaken: (service) => isUntaken(kiosk, service),
      stopped: (service) => stopNote(kiosk, service),
      press,
    });
    return;
  }
  const section = $(".screen:not([hidden])");
  // Not innerText, which would have everything laid out once more.
  const hidden = findAll("*", section).map((part) => Number(part.hidden)).join("");
  const text = section.textContent;
  const { fonts } = document;
  const signature = JSON.stringify([shown, text, hidden, innerWidth, innerHeight, fonts.status]);
  if (signature === fitted) return;
  fitted = signature;
  fitScreen();
}

let drawnLanguages = "";

/**
 * Draw a button for each of the branch's languages: at the top of every screen, on a tall one within
 * reach from a wheelchair. They stay while the languages do: a touch on a button that is
 * replaced meanwhile would be lost.
 * @param {(code: string) => void} choose follows a touch
 */
export function drawLanguages(choose) {
  const { languages } = setup();
  const wanted = JSON.stringify(languages);
  if (wanted === drawnLanguages) return;
  drawnLanguages = wanted;
  for (const group of findAll(".languages")) {
    group.hidden = languages.length < 2;
    group.classList.toggle("languages--many", languages.length > FEW_LANGUAGES);
    group.replaceChildren(...languages.map(({ code, name }) => {
      const on = { click: () => choose(code) };
      const dir = directionOf(code);
      return el(
        "button",
        { type: "button", class: "button languages__one", lang: code, dir, on },
        name,
      );
    }));
  }
  markLanguage();
}

function markLanguage() {
  for (const button of findAll(".languages > *", main)) {
    button.setAttribute("aria-pressed", String(button.lang === language()));
  }
}

/** The text about the ticket for screen readers, in addition to the countdown. */
export function spokenFacts() {
  const told = ["#ticket-news", "#ticket-count", "#ticket-wait", "#ticket-untaken"];
  if (printerTrouble()) told.push("#ticket-paper");
  const facts = onShow === "ticket" ? told : [];
  return facts.map((id) => find(id)).filter((fact) => fact?.checkVisibility())
    .map((fact) => fact?.textContent?.trim().replace(/\.$/, "") ?? "");
}
