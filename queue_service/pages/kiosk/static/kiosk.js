// The kiosk: the effect of a press, also after events in the branch.

import { inForce } from "/static/js/interventions.js";
import { serverClock } from "/static/js/server-clock.js";
import { asApiError } from "/static/js/api.js";
import { follow } from "/static/js/live.js";
import { isHeld } from "/static/js/branch.js";
import { $, announce, findAll, page, reloadIfReachable } from "/static/js/page.js";
import { language, named, setLanguage, speaks, t, tn, translate } from "/static/js/texts.js";
import { counterName } from "./ticket/called.js";
import { Countdown } from "./countdown.js";
import { PlaceInQueue } from "./ticket/place-refresh.js";
import { busy, restButtons, setBusy, setKnown } from "./guard.js";
import { pageCount } from "./home.js";
import {
  changeLanguage,
  issue,
  postpone,
  presentVisit,
  releaseUnclaimed,
  takeBack,
  troubleOf,
  unanswered,
  unknownTrouble,
  wantErrand,
} from "./ticket/issue.js";
import { checkPrinter, loadPrinting, paper, printerTrouble, printOut } from "./slip/printing.js";
import { asksFirst, bringLines, countSaved, publicText, sendSaved } from "./ready.js";
import { awaitScanner } from "./booked/scanner.js";
import {
  canChange,
  drawClock,
  drawLanguages,
  drawScreen,
  isCalled,
  isTaken,
  loadBooked,
  loadOwn,
  nobodyIsOpen,
  printsChange,
  screen,
  spokenFacts,
  startView,
  stopTrouble,
  whyNotAlso,
} from "./screens.js";
import { asksPeople, hasDrawings, isElsewhere, isPrivate, refreshSetup, setup } from "./setup.js";
import { addedLast, errandNames } from "./ticket/ticket.js";
import { keptRange } from "./ticket/waiting.js";

/** @import { BranchState, IssuedVisit, LogEvent, Staleness, Visit, VisitEvent } from "/static/js/types.d.ts" */
/** @import { ApiError } from "/static/js/api.js" */
/** @import { Wanted } from "./ticket/issue.js" */
/** @import { Held, Kiosk, ScreenName, View } from "./screens.js" */

const IDLE_SECONDS = 45; // on a screen that somebody may have walked away from
const TICKET_SECONDS = 30;
const HEARD_TICKET_SECONDS = 120; // while the screen is read aloud: its buttons are found by ear
const CALLED_SECONDS = 180; // a call is over sooner, by what its counter does or by a press
const MORE_SECONDS = 60;
const WARNING_SECONDS = 25; // WCAG 2.2.1 asks for at least 20
const BURST = 4; // so many tickets
const BURST_MS = 20_000; // within so long are no queue of citizens
const CHECK_MS = 30_000;
const PLACE_MS = 10_000; // screens do not receive every change of a place in the queue
const SETUP_MS = 3_600_000;
const PRINTER_MS = 60_000;
const LASTING_MS = 30_000; // a longer loss is no hiccup
const OPEN = ["waiting", "called", "serving"]; // a ticket in one of these states still holds
const SHOWN = ["waiting", "called", "no_show"]; // of one that has arrived before
const CALLS = ["visit.called", "visit.recalled"];
const HEADSET_MS = 2000;
const CACHED_MS = 6000; // for as long a server may still answer with the former configuration

/** @type {Kiosk} */
const kiosk = { state: null, stale: null, lasting: false, view: startView(), undoing: null };
/** @type {number[]} */
let issued = []; // when the last tickets were issued here (performance.now)
/** @type {Map<string, Pick<Visit, "state" | "counter">>} */
const calls = new Map(); // by number, of those called while this page is open

const help = () => import("./help/help.js");
const voice = () => import("./aloud/voice.js");

const countdown = new Countdown({ onEnd: leave, onWarn: speakOfTime });

/** @type {typeof import("./aloud/headset.js") | null} */
let headset = null; // fetched after the first load

function leave() {
  headset?.endReading();
  toStart();
}

function render() {
  if (busy()) return;
  const { also } = kiosk.view;
  if (also && !canChange(kiosk, also)) return keep(also);
  const booked = { send: arrive, back, typed: watchTheTime };
  drawScreen(kiosk, { press: pressService, changed: watchTheTime, booked });
}

/** @param {Partial<View>} view what differs from the start */
function setView(view = {}) {
  kiosk.view = { ...startView(), ...view };
}

/** @param {string} service */
function pressService(service) {
  if (kiosk.view.also) return pressFurther(kiosk.view.also, service);
  const trouble = stopTrouble(kiosk, service);
  if (trouble !== null) {
    setView({ former: kiosk.view.former, trouble });
    render();
  } else if (nobodyIsOpen(kiosk) || isTaken(kiosk, service)) askOrTake(service);
  else to("untaken", service);
}

/**
 * A service that cannot be had now is not added: the citizen has a number, and asks with it.
 * @param {Held} also
 * @param {string} service
 */
function pressFurther(also, service) {
  const whyNot = whyNotAlso(kiosk, service);
  if (whyNot) keep(also, () => whyNotAlso(kiosk, service));
  else if (asksPeople(service)) to("people", service);
  else add(also, service);
}

/**
 * Ask whether the citizen has all that is needed, or take a number where there is nothing to ask.
 * @param {string} service
 */
function askOrTake(service) {
  if (asksFirst(service) && kiosk.view.former?.service !== service) to("ready", service);
  else take(service);
}

function speakOfTime() {
  const key = screen() === "ticket" ? "countdown.ticket" : "countdown";
  announce([...spokenFacts(), tn(key, countdown.left)].join(". "));
}

function isTouched() {
  const { page: turned, former, also, news, reading } = kiosk.view;
  return turned > 0 || reading || former !== null || also !== null || news !== null ||
    ["untaken", "ready", "own", "burst", "people", "later", "booked"].includes(screen() ?? "") ||
    language() !== page.lang || headset?.isReading() === true;
}

/** Whether the screen is unused. */
const isFree = () =>
  ["home", "closed"].includes(screen() ?? "") && !isTouched() && !busy() && kiosk.undoing === null;

// Every screen but the untouched start goes back there by itself, and says so in time.
function watchTheTime() {
  const { trouble, visit } = kiosk.view;
  const shown = screen();
  if (shown === "ticket") {
    const seconds = headset?.isReading() ? HEARD_TICKET_SECONDS : TICKET_SECONDS;
    countdown.start(seconds, TICKET_SECONDS);
  } else if (shown === "called" && visit?.state === "called") {
    countdown.start(CALLED_SECONDS, WARNING_SECONDS);
  } else if (shown === "called") countdown.start(TICKET_SECONDS, WARNING_SECONDS);
  else if (shown === "trouble" && trouble?.seconds) {
    countdown.start(trouble.seconds, trouble.seconds);
  } else if (isTouched()) countdown.start(IDLE_SECONDS, WARNING_SECONDS);
  else countdown.stop();
}

/**
 * @param {ScreenName} name
 * @param {string} service
 * @param {number | null} people as the citizen said
 */
function to(name, service, people = null) {
  const { former, also, slips } = kiosk.view;
  setView({ name, service, people, former, also, slips });
  render();
}

// For the next citizen.
function toStart() {
  setLanguage(page.lang);
  choose(); // a text for the former citizen is not for the next
}

// For the same citizen, whose language stays, and whose number is still there to be kept.
function back() {
  const { former, also, slips } = kiosk.view;
  choose({ former, also, slips });
}

/** @param {Partial<View>} view */
function choose(view = {}) {
  setView(view);
  announce("");
  render();
  watchTheTime();
}

const asManyAsABurst = () =>
  issued.filter((at) => performance.now() - at < BURST_MS).length >= BURST;

/**
 * Take a number.
 * @param {string} service
 * @param {{ confirmed?: boolean, lang?: string, people?: number | null }} how `confirmed`: even if
 *   many were taken just now; `people` as the citizen said
 */
async function take(service, { confirmed = false, lang = language(), people = null } = {}) {
  const { former } = kiosk.view;
  if (busy()) return;
  if (former?.service === service) return keep(former);
  if (people === null && asksPeople(service)) return to("people", service);
  if (asManyAsABurst() && !confirmed) return to("burst", service, people);
  const wanted = { service, language: lang, people: people ?? 1 };
  await whileBusy(wanted, async () => {
    const visit = await issue(service, lang, wanted.people);
    issued = [...issued.slice(1 - BURST), performance.now()];
    setView({ name: "ticket", visit });
    if (former) {
      await replaced(former, visit);
      await placeAgain(visit);
    }
  });
  printFirst();
}

function printFirst() {
  const { view } = kiosk;
  // The dialog of a browser that asks before it prints would hold up the screen: after it.
  if (view.name === "ticket" && !view.printed && paper() !== "0") {
    setTimeout(printTicket, 100, view);
  }
}

async function askForCode() {
  try {
    const booked = await loadBooked();
    booked.listen({ shown: () => screen() === "booked", send: arrive });
    booked.begin();
    setView({ name: "booked" });
  } catch {
    setView({ trouble: { kind: "failed", seconds: IDLE_SECONDS } });
  }
  render();
}

/**
 * The arrival of a citizen with an appointment.
 * @param {string} code
 * @param {boolean} anyway to wait now, however early it is
 */
async function arrive(code, anyway = false) {
  if (busy()) return;
  await whileBusy({ service: "", language: language() }, async () => {
    const booked = await loadBooked();
    const visit = await booked.arrive(code, anyway);
    if (visit === null) setView({ name: "booked" });
    else if (!SHOWN.includes(visit.state)) setView({ news: () => booked.goneSentence(visit) });
    else {
      const news = () => booked.arrivedSentence(visit);
      setView({ name: "ticket", visit, news, printed: visit.replayed });
    }
  });
  printFirst();
}

/**
 * @param {Wanted} wanted what the work is about
 * @param {() => Promise<void>} work
 */
async function whileBusy(wanted, work) {
  setBusy(true);
  countdown.stop();
  announce(t("moment"));
  try {
    await work();
  } catch (error) {
    refused(asApiError(error), wanted);
  } finally {
    setBusy(false);
    render();
    watchTheTime();
  }
}

/**
 * The former ticket was counted among those ahead: the place is asked for again without it.
 * @param {Held} visit
 */
async function placeAgain(visit) {
  const present = await presentVisit(visit).catch(() => null);
  if (present?.state === "waiting") expectAgain(visit, present);
}

/**
 * The new ticket holds, so the former one leaves the queue. If that is refused the former one may
 * have been called, put back or ended at a counter: if it is still open it is the one that holds,
 * and the new one leaves. The citizen always keeps one that holds.
 * @param {IssuedVisit} former
 * @param {Visit} visit
 */
async function replaced(former, visit) {
  try {
    await takeBack(former);
  } catch (error) {
    if (asApiError(error).isLost) return; // taken back once connected
    const present = await presentVisit(former).catch(() => null);
    if (present === null || !OPEN.includes(present.state)) return;
    const news = () => t("undo.failed", { number: present.number });
    setView({ name: "ticket", visit: { ...present, follow: former.follow }, printed: true, news });
    await takeBack(visit).catch(() => {});
  }
}

/**
 * @param {Held} held
 * @param {View["news"]} news
 */
function keep(held, news = null) {
  const visit = { ...held, ...calls.get(held.number) };
  setView({ name: "ticket", visit, printed: true, news, slips: kiosk.view.slips });
  render();
  place.ask();
}

/**
 * Want a service with a ticket too, or no longer (0 people).
 * @param {Held} held
 * @param {string} service
 */
const add = (held, service, people = 1) =>
  change(held, {
    send: () => wantErrand(held, service, people),
    isDone: () => held.wanted.some((one) => one.service === service) === people > 0,
    news: people ? "also.added" : "undo.stands",
    prints: people > 0,
  });

/**
 * Come later with a ticket, or not any more (null).
 * @param {Held} held
 * @param {string | null} time
 */
const comeLater = (held, time) =>
  change(held, {
    send: () => postpone(held, time),
    isDone: () => isHeld(held) === (time !== null),
    news: time ? null : "undo.stands",
    prints: time !== null,
  });

/**
 * Change a ticket, which stays whatever comes of it.
 * @param {Held} held
 * @param {{
 *   send: () => Promise<Visit>,
 *   isDone: () => boolean,
 *   news: string | null,
 *   prints: boolean,
 * }} how `news` is the key of the sentence once it is done, `prints`: the slip is then another
 */
async function change(held, { send, isDone, news: key, prints }) {
  if (busy()) return;
  const { slips } = kiosk.view;
  // If the answer was lost, the place that is asked for next shows what has become of it.
  const news = () => {
    const known = isDone() ? key : "also.failed";
    return known ? t(known, { number: held.number }) : "";
  };
  await whileBusy({ service: held.service, language: language() }, async () => {
    const present = await send().catch(() => null);
    Object.assign(held, calls.get(held.number));
    setView({ name: "ticket", visit: held, printed: true, news, slips });
    if (present?.state === "waiting") expectAgain(held, present);
  });
  const { view } = kiosk;
  if (prints && isDone() && view.visit === held && printsChange(view)) {
    setTimeout(printTicket, 100, view);
  }
  place.ask();
}

/** @param {Visit} visit */
function undo(visit) {
  return whileBusy(visit, async () => {
    const news = (/** @type {string} */ key) => () => t(key, { number: visit.number });
    try {
      await takeBack(visit);
      setView({ news: news("undone") });
    } catch (error) {
      // It is taken back once the connection is; or it was called at the same moment, and stays.
      if (asApiError(error).isLost) {
        kiosk.undoing = visit;
        setView({ news: news("undone.later") });
      } else {
        kiosk.view.news = news("undo.failed");
      }
    }
  });
}

// An undo whose answer was lost: asked for again, and then its result is shown, if the page is not
// in use.
async function endUndo() {
  const visit = kiosk.undoing;
  if (visit === null) return;
  let key = "undone";
  try {
    await takeBack(visit);
  } catch (error) {
    if (asApiError(error).isLost) return;
    key = "undo.stands";
  }
  if (kiosk.undoing !== visit) return;
  kiosk.undoing = null;
  const { name, former, trouble } = kiosk.view;
  if (name === "home" && former === null && trouble === null && !busy()) {
    setView({ news: () => t(key, { number: visit.number }) });
  }
  render();
  watchTheTime();
}

/** @param {string} service */
async function needsNone(service) {
  countSaved(service);
  const own = publicText(service)?.own && await loadOwn().catch(() => null);
  if (own) setView({ name: "own", service });
  else setView({ news: () => t("ready.saved") });
  render();
  watchTheTime();
}

async function catchUp() {
  await endUndo();
  sendSaved();
  releaseUnclaimed();
}

/**
 * @param {ApiError} error
 * @param {Wanted} wanted
 */
function refused(error, wanted) {
  if (error.isLost) {
    setView({ former: kiosk.view.former, trouble: unknownTrouble(wanted) });
    live.refresh();
    return;
  }
  setView({ former: kiosk.view.former, trouble: troubleOf(error) });
  if (error.code === "branch_closed" && kiosk.state) kiosk.state = { ...kiosk.state, open: false };
  if (error.status === 404 || error.status === 409) refresh();
}

/** @param {View} view */
async function printTicket(view) {
  const { visit } = view;
  if (visit === null) return;
  view.printed = true;
  view.slips += 1;
  const service = named(errandNames(visit), visit.language);
  // A slip may be left behind, and what to bring reveals the errand.
  const shown = visit.wanted.filter((one) => !isPrivate(one.service));
  const bring = shown.flatMap((one) => bringLines(one.service, visit.language));
  const taken = isTaken(kiosk, visit.service);
  const { slipOf } = await import("./slip/slip.js");
  const facts = { service, taken, bring, paper: paper(), now: serverClock.now() };
  const printing = printOut(slipOf(visit, setup(), facts));
  render();
  await printing;
  render();
  const trouble = printerTrouble();
  if (trouble && kiosk.view === view) announce(t(`ticket.no_${trouble}`));
}

/**
 * @param {View} view
 * @param {string} service
 */
async function printOwnSlip(view, service) {
  const { printOwn } = await loadOwn();
  view.printed = await printOwn(service, serverClock.now());
  render();
}

function refresh() {
  live.refresh();
  renew();
}

async function renew() {
  if (live.closed) return;
  const known = await refreshSetup();
  leaveElsewhere();
  if (!known) return;
  $("#branch-name").textContent = setup().name;
  drawLanguages(speak);
  render();
}

/**
 * If numbers are given elsewhere the server's page says so, and it has the texts of a language that
 * the branch offers since this one was loaded; a ticket is read first.
 */
function leaveElsewhere() {
  const outdated = isElsewhere() || !setup().languages.every(({ code }) => speaks(code)) ||
    !hasDrawings();
  if (outdated && screen() !== "ticket") location.reload();
}

/** @type {Promise<unknown>} */
let speaking = Promise.resolve();

/** @param {string} code */
function speak(code) {
  setLanguage(code);
  render();
  watchTheTime();
  const { visit } = kiosk.view;
  if (screen() !== "ticket" || visit?.state !== "waiting") return;
  // The number is called in the language that was chosen last.
  speaking = speaking
    .then(() => changeLanguage(visit, code))
    .then((changed) => Object.assign(visit, { language: changed.language }))
    .catch(() => {});
}

/** @param {number} step */
function turn(step) {
  const { view } = kiosk;
  view.page = Math.min(Math.max(view.page + step, 0), pageCount() - 1);
  render();
  watchTheTime();
  const [previous, next] = [$("#page-previous"), $("#page-next")];
  if (previous.hidden) next.focus();
  else if (next.hidden) previous.focus();
}

/**
 * @param {string} id
 * @param {(view: View) => unknown} work
 */
function press(id, work) {
  $(id).addEventListener("click", () => work(kiosk.view));
}

press("#page-previous", () => turn(-1));
press("#page-next", () => turn(1));
press("#unsure", () => {
  const { unsure } = setup();
  if (unsure !== null) pressService(unsure);
});
for (const button of findAll("#home-booked")) button.addEventListener("click", askForCode);
press("#home-keep", ({ former, also }) => {
  const held = former ?? also;
  if (held) keep(held);
});
press("#ready-take", ({ service }) => service && take(service));
press("#ready-none", ({ service }) => service && needsNone(service));
press("#own-print", (view) => {
  if (view.service === null || view.printed) return;
  view.printed = true;
  render();
  restButtons(); // another button has come under the finger
  watchTheTime();
  printOwnSlip(view, view.service);
});
press("#ticket-again", (view) => {
  restButtons();
  printTicket(view);
});
press("#untaken-take", ({ service }) => service && askOrTake(service));
press(
  "#burst-yes",
  ({ service, people }) => service && take(service, { confirmed: true, people }),
);
// They are on the page if some service asks for it.
for (const button of findAll("#people-back")) {
  button.addEventListener("click", () => kiosk.view.also ? keep(kiosk.view.also) : back());
}
for (const button of findAll("#people-numbers button")) {
  button.addEventListener("click", () => {
    const { service, also } = kiosk.view;
    const people = Number(button.dataset.people);
    if (service && also) add(also, service, people);
    else if (service) take(service, { people });
  });
}
press("#trouble-again", ({ trouble }) => {
  if (!trouble?.wanted) return;
  const { service, language: lang, people = 1 } = trouble.wanted;
  take(service, { confirmed: true, lang, people });
});
press("#ticket-undo", ({ visit }) => {
  const added = visit && addedLast(visit);
  if (visit && isHeld(visit)) comeLater(visit, null);
  else if (visit && added) add(visit, added, 0);
  else if (visit) undo(visit);
});
press("#ticket-also", ({ visit, slips }) => {
  setView({ also: visit, slips });
  render();
});
press("#ticket-later", ({ visit, slips }) => {
  setView({ name: "later", also: visit, slips });
  render();
});
press("#later-back", ({ also }) => also && keep(also));
for (const button of findAll("#later-times button")) {
  button.addEventListener("click", () => {
    const { also } = kiosk.view;
    if (also) comeLater(also, button.dataset.time ?? null);
  });
}
press("#ticket-change", ({ visit }) => {
  setView({ former: visit });
  render();
});
press("#home-note-more", (view) => {
  view.reading = !view.reading;
  render();
  watchTheTime();
});
for (const id of ["#own-done", "#ticket-done", "#called-done"]) press(id, toStart);
for (const id of ["#ready-back", "#untaken-back", "#trouble-back", "#burst-no"]) {
  press(id, back);
}
press("#timer-more", () => countdown.extend(MORE_SECONDS));
for (const button of findAll(".call")) {
  button.addEventListener("click", () => {
    if (screen() === "home" && kiosk.view.news) choose({ ...kiosk.view, news: null }); // it is known
    help().then(({ openHelp }) => openHelp()).catch(() => {});
  });
}
addEventListener("contextmenu", (event) => event.preventDefault());
addEventListener("resize", () => render());

translate(document);
drawLanguages(speak);
// The page was reloaded while it was unknown whether a number was issued.
const lastPress = unanswered();
if (lastPress) setView({ trouble: unknownTrouble(lastPress) });
render();
document.fonts.ready.then(render);

const live = follow({ refreshOn: (name) => /^(counter|branch|day)\./.test(name) });
live.onState((state) => {
  const newDay = kiosk.state !== null && kiosk.state.business_date !== state.business_date;
  if (newDay) calls.clear();
  if (newDay && screen() !== "ticket") reloadIfReachable();
  kiosk.state = state;
  serverClock.set(Date.parse(state.at));
  setKnown();
  render();
});
live.onEvent(({ name, data }) => {
  if (name.startsWith("help.")) help().then(({ renewHelp }) => renewHelp(), () => {});
  if (CALLS.includes(name)) called(data, name === "visit.recalled");
  else if (name.startsWith("visit.") && data.state === "waiting") putBack(data);
  else if (name.startsWith("visit.") && data.number === kiosk.view.visit?.number) left(data);
  if (/^(visit|counter|branch)\./.test(name)) place.ask();
  if (name !== "branch.changed") return;
  renew();
  setTimeout(renew, CACHED_MS);
});

/**
 * A citizen who is still here is shown where to go.
 * @param {VisitEvent} event
 * @param {boolean} again whether it was called before
 */
function called({ number, state, counter, silent }, again = false) {
  calls.set(number, { state, counter });
  const { also } = kiosk.view;
  if (also?.number === number) keep(also);
  const { view } = kiosk;
  const { visit } = view;
  if (view.name !== "ticket" || visit?.number !== number) return;
  Object.assign(visit, { state, counter });
  view.news = null;
  render();
  // A screen that is read aloud says it by itself.
  if (counter === null || silent || kiosk.state?.quiet || headset?.isReading()) return;
  const name = counterName(kiosk.state, counter, visit.language);
  voice().then(({ speakCall }) => speakCall({ number, again }, name, visit.language)).catch(
    () => {},
  );
}

/**
 * A called citizen has come to the counter, or has not come, or the ticket has ended in another way.
 * @param {VisitEvent} event
 */
function left({ number, state }) {
  const { view } = kiosk;
  if (state === "called") return; // its service was corrected, or its start undone: the call stays
  calls.delete(number);
  if (view.name !== "ticket" || view.visit === null || !isCalled(view.visit)) return;
  if (state !== "no_show") return toStart();
  view.visit.state = state;
  render();
  watchTheTime();
}

/**
 * A call that was put back is over. How many are ahead now, how long it takes and for which service
 * is asked for next.
 * @param {VisitEvent} event
 */
function putBack({ number }) {
  calls.delete(number);
  const { view } = kiosk;
  const visit = [view.visit, view.former].find((one) => one?.number === number);
  if (!visit || visit.state === "waiting") return;
  const unknown = { position: null, estimated_wait_seconds: null };
  Object.assign(visit, { state: "waiting", counter: null, ...unknown });
  render();
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let lastingTimer;
live.onStale(({ reason }) => {
  kiosk.stale = reason;
  lastingTimer ??= setTimeout(() => {
    kiosk.lasting = true;
    render();
  }, LASTING_MS);
  render();
});
live.onLive(() => {
  clearTimeout(lastingTimer);
  lastingTimer = undefined;
  kiosk.lasting = false;
  kiosk.stale = null;
  render();
  catchUp();
});
setInterval(() => {
  leaveElsewhere();
  live.refresh();
  if (kiosk.stale === null) {
    catchUp();
    awaitCodes();
  }
}, CHECK_MS);
sendSaved();
setTimeout(renew, CACHED_MS);
setInterval(renew, SETUP_MS);
setInterval(everySecond, 1000);

const place = new PlaceInQueue(async () => {
  const { view } = kiosk;
  const { visit } = view;
  if (view.name !== "ticket" || visit === null || busy()) return;
  const present = await presentVisit(visit);
  if (kiosk.view.visit !== visit || busy()) return;
  // A call is reported by its event, in order; the place of a waiting visit changes with every
  // call.
  if (visit.state !== "waiting" || present.state !== "waiting") return;
  expectAgain(visit, present);
  render();
});
setInterval(() => place.ask(), PLACE_MS);

/**
 * Show a waiting visit's present errands, time and place, and its present wait where that excludes
 * the one shown.
 * @param {Held} visit
 * @param {Visit} present
 */
function expectAgain(visit, { estimated_wait_seconds: present, ...changed }) {
  const { position, bookings_ahead, service, wanted, held_until, not_before } = changed;
  const now = serverClock.now();
  const since = visit.expected ?? Date.parse(visit.issued_at);
  const same = JSON.stringify([service, wanted]) === JSON.stringify([visit.service, visit.wanted]);
  const earlier = same ? visit.estimated_wait_seconds : null;
  const kept = keptRange(earlier, present, (now - since) / 1000);
  const expected = kept === earlier ? since : now;
  const wait = { estimated_wait_seconds: kept, expected };
  const place = { position, bookings_ahead, held_until, not_before };
  Object.assign(visit, { ...place, service, wanted, seen: now, ...wait });
}

// A code may be scanned at the start, too, from the first moment.
awaitScanner((code) => {
  if (setup().bookings && ["home", "booked"].includes(screen() ?? "")) arrive(code);
});

// Tried again if the texts of the screen did not come, or if times can be booked since.
function awaitCodes() {
  if (setup().bookings) loadBooked().catch(() => {});
}

let told = "";
/** Expired texts are removed. */
function everySecond() {
  drawClock();
  const now = inForce(kiosk.state, serverClock.now()).map(({ id }) => id).join();
  if (now !== told) render();
  told = now;
}
// Fetched once numbers can be taken, and available when the connection is lost.
if (setup().help && page.as !== "preview") {
  setTimeout(() => help().then(({ renewHelp }) => renewHelp(), () => {}), 5000);
}
setTimeout(() => import("./release.js").then(({ keepUp }) => keepUp(isFree), () => {}), 5000);
setTimeout(() => Promise.all([loadOwn(), loadPrinting()]).catch(() => {}), 5000);
setTimeout(awaitCodes, 5000);
checkPrinter();
setInterval(() => checkPrinter().then(render), PRINTER_MS);
setTimeout(async () => {
  headset = await import("./aloud/headset.js").catch(() => null);
  headset?.awaitHeadset({ countdown, leave, changed: watchTheTime });
}, HEADSET_MS);
