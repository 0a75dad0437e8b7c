// The kiosk: which of its screens is shown, and what a press does.

import { follow } from "/static/js/live.js";
import { $, announce, page } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { clock, language, named, setLanguage, t, tn, translate } from "/static/js/texts.js";
import { Countdown } from "./countdown.js";
import { fitScreen, putName } from "./fit.js";
import { busy, guard, restAfterTicket, setBusy, setKnown, settle } from "./guard.js";
import { drawHome, drawUnsure, pageCount } from "./home.js";
import { closingSentence, drawClosed, hoursSentence, lateSentence } from "./hours.js";
import {
  changeLanguage,
  issue,
  lost,
  presentVisit,
  releaseUnclaimed,
  takeBack,
  unanswered,
} from "./issue.js";
import { drawLanguages, markLanguage } from "./languages.js";
import { nameInSentence, refreshSetup, reloadIfReachable, serviceNames, setup } from "./setup.js";
import { tellOfSlip } from "./printer.js";
import { drawTicket, printTicket } from "./ticket.js";
import { drawTrouble, troubleOf, unknownTrouble } from "./trouble.js";
import { placeName } from "/static/js/places.js";

const IDLE_SECONDS = 45; // on a screen that somebody may have walked away from
const TICKET_SECONDS = 30;
const MORE_SECONDS = 60;
const WARNING_SECONDS = 25; // WCAG 2.2.1 asks for at least 20
const BURST = 4; // so many tickets
const BURST_MS = 20_000; // within so long are no queue of citizens
const CHECK_MS = 30_000;
const SETUP_MS = 3_600_000;
const OPEN = ["waiting", "called", "serving"]; // a ticket in one of these states still holds
const PUT_BACK = ["visit.requeued", "visit.transferred", "visit.undone"];
const CACHED_MS = 6000; // for as long a server may still answer with the former configuration

const main = $("#main");
const paper = main.dataset.paper;
let state = null;
let stale = null; // why what we know is old: line, store, refused
let screen = null; // the one on show
let issued = []; // when the last tickets were issued here (performance.now)
let view = start();
let undoing = null; // the visit of an undo of which nobody knows how it ended
const calls = new Map(); // number → {state, counter} of those called while this page is open

const countdown = new Countdown({ onEnd: toStart, onWarn: speakOfTime });

// `former` is the ticket that the next one replaces; `said` gives a sentence about what has just been
// done; `printed` tells that the ticket on show has its slip.
function start() {
  return {
    name: "home",
    page: 0,
    service: null,
    visit: null,
    former: null,
    said: null,
    trouble: null,
    printed: false,
  };
}

function taken(service) {
  return state?.queues.find((queue) => queue.service === service)?.taken ?? true;
}

// In the morning before the first counter opens: no reason to say so of every service.
const nobody = () => state !== null && !state.queues.some((queue) => queue.taken);

// What is shown: a ticket is never taken out of a citizen's hands, nor the question whether there is
// one; after that, what stops the kiosk from giving numbers; after that, the screen asked for.
function current() {
  if (view.name === "ticket") return "ticket";
  if (view.trouble?.kind === "unknown") return "trouble";
  if (stale !== null || view.trouble !== null) return "trouble";
  if (state === null) return "home";
  return state.open ? view.name : "closed";
}

function render() {
  if (busy()) return;
  const next = current();
  draw[next]();
  $("#unsure").hidden = !["home", "untaken"].includes(next) || setup.unsure === null;
  markLanguage();
  drawClock();
  if (next === screen) fit(next);
  else show(next);
  guard();
}

const draw = {
  home() {
    const closing = closingSentence(setup, serverClock.now());
    $("#home-note").textContent = view.said?.() ?? closing;
    $("#home-note").hidden = $("#home-note").textContent === "";
    $("#home-welcome").hidden = view.former !== null || !$("#home-note").hidden;
    $("#home-title").textContent = t(view.former ? "change.title" : "ask");
    $("#home-lead").textContent = view.former
      ? t("change.lead", { number: view.former.number })
      : t(nobody() ? "nobody" : "how");
    $("#home-keep").hidden = view.former === null;
    $("#home-keep").textContent = view.former
      ? t("change.keep", { number: view.former.number })
      : "";
    if (setup.unsure !== null) drawUnsure(serviceNames(setup.unsure));
    $("#unsure").hidden = setup.unsure === null;
  },
  untaken() {
    $("#untaken-title").textContent = t("untaken.title", { service: nameInSentence(view.service) });
    const hours = hoursSentence(setup, serverClock.now());
    $("#untaken-hours").lastElementChild.textContent = hours;
    $("#untaken-hours").hidden = hours === "";
    if (setup.unsure !== null) drawUnsure(serviceNames(setup.unsure));
  },
  ticket() {
    const { visit } = view;
    const called = visit.state !== "waiting" && visit.counter;
    drawTicket(visit, serviceNames(visit.service), {
      taken: taken(visit.service),
      paper,
      said: called ? calledTo(visit) : view.said?.(),
      late: lateSentence(setup, serverClock.now(), visit.estimated_wait_seconds),
    });
  },
  burst() {},
  closed() {
    drawClosed(setup, serverClock.now());
  },
  trouble() {
    const unknown = view.trouble?.kind === "unknown";
    drawTrouble(stale !== null && !unknown ? { kind: stale } : view.trouble);
    const number = undoing?.number ?? "";
    $("#trouble-undo").hidden = undoing === null;
    $("#trouble-undo").lastElementChild.textContent = number && t("undone.later", { number });
    if (undoing !== null) $("#trouble-facts").hidden = false;
    if (unknown) putName($("#trouble-again"), serviceNames(view.trouble.service));
  },
};

const calledTo = ({ number, counter }) =>
  t("ticket.called", { number, counter: counterName(counter) });

function counterName(id) {
  const name = state?.counters.find((counter) => counter.id === id)?.name ?? id;
  return typeof name === "string" ? placeName(name) : named(name);
}

function show(next) {
  const first = screen === null;
  const from = screen === "ticket" ? closedBy().getBoundingClientRect() : null;
  screen = next;
  for (const section of document.querySelectorAll(".screen")) {
    section.hidden = section.dataset.screen !== next;
  }
  main.dataset.shown = next;
  fit(next);
  if (!first) settle();
  if (from) restAfterTicket(from);
  watchTheTime();
  if (!first) $(`.screen:not([hidden]) h1`).focus({ preventScroll: true });
  scrollTo(0, 0);
}

// The button that closed the ticket, or the one that would have.
function closedBy() {
  const pressed = document.activeElement;
  return pressed?.closest("#ticket-actions") && pressed.matches("button")
    ? pressed
    : $("#ticket-done");
}

let fitted = "";

function fit(shown) {
  if (shown === "home") {
    fitted = "";
    drawHome(setup, {
      page: view.page,
      untaken: (service) => !nobody() && !taken(service),
      press: (service) => (nobody() || taken(service) ? take(service) : to("untaken", service)),
    });
    return;
  }
  const text = $(".screen:not([hidden])").innerText;
  const signature = JSON.stringify([shown, text, innerWidth, innerHeight, document.fonts.status]);
  if (signature === fitted) return;
  fitted = signature;
  fitScreen();
}

function speakOfTime() {
  const told = screen === "ticket" ? ["#ticket-said", "#ticket-ahead", "#ticket-wait"] : [];
  const facts = told.map((id) => $(id)).filter((fact) => !fact.hidden);
  const said = facts.map((fact) => fact.textContent.trim());
  const key = screen === "ticket" ? "countdown.ticket" : "countdown";
  announce([...said, tn(key, countdown.left)].join(". "));
}

// Every screen but the untouched start goes back there by itself, and says so in time.
function watchTheTime() {
  const { trouble } = view;
  const asked = view.page > 0 || view.former !== null || view.said !== null;
  const touched = asked || ["untaken", "burst"].includes(screen) || language() !== page.lang;
  if (screen === "ticket") countdown.start(TICKET_SECONDS, TICKET_SECONDS);
  else if (screen === "trouble" && trouble !== null) {
    countdown.start(trouble.seconds, trouble.seconds);
  } else if (touched) countdown.start(IDLE_SECONDS, WARNING_SECONDS);
  else countdown.stop();
}

function to(name, service = null) {
  view = { ...start(), name, service, former: view.former };
  render();
}

function toStart() {
  view = start();
  setLanguage(page.lang);
  announce(""); // what was said to the former citizen is nothing to the next
  render();
  watchTheTime();
}

const asManyAsABurst = () =>
  issued.filter((at) => performance.now() - at < BURST_MS).length >= BURST;

async function take(service, { asked = false, speaks = language() } = {}) {
  if (busy()) return;
  if (view.former?.service === service) return keep();
  if (asManyAsABurst() && !asked) return to("burst", service);
  await whileBusy({ service, language: speaks }, async () => {
    const { former } = view;
    const visit = await issue(service, speaks);
    issued = [...issued.slice(1 - BURST), performance.now()];
    view = { ...start(), name: "ticket", visit };
    if (former) await replaced(former, visit);
  });
  // The dialog of a browser that asks before it prints would hold up the screen: after it.
  if (view.name === "ticket" && !view.printed && paper !== "0") setTimeout(printSlip, 100, view);
}

// `wanted` is the {service, language} that the work is about.
async function whileBusy(wanted, work) {
  setBusy(true);
  countdown.stop();
  announce(t("moment"));
  try {
    await work();
  } catch (error) {
    refused(error, wanted);
  } finally {
    setBusy(false);
    render();
  }
}

// The new ticket holds, so the former one leaves the queue. Where that is refused the former one may
// have been called, put back or ended at a counter: if it is still open it is the one that holds, and
// the new one leaves. The citizen always keeps one that holds.
async function replaced(former, visit) {
  try {
    await takeBack(former);
  } catch (error) {
    if (lost(error)) return; // it is taken back when the line is
    const present = await presentVisit(former).catch(() => null);
    if (!OPEN.includes(present?.state)) return;
    const said = () => t("undo.failed", { number: present.number });
    view = { ...start(), name: "ticket", visit: present, printed: true, said };
    await takeBack(visit).catch(() => {});
  }
}

function keep() {
  const present = { ...view.former, ...calls.get(view.former.number) };
  view = { ...start(), name: "ticket", visit: present, printed: true };
  render();
}

function undo() {
  const { visit } = view;
  return whileBusy(visit, async () => {
    const said = (key) => () => t(key, { number: visit.number });
    try {
      await takeBack(visit);
      view = { ...start(), said: said("undone") };
    } catch (error) {
      // It is taken back when the line is; or it was called at the same moment, and stands.
      if (lost(error)) {
        undoing = visit;
        view = { ...start(), said: said("undone.later") };
      } else {
        view.said = said("undo.failed");
      }
    }
  });
}

// An undo whose answer was lost: asked for again, and then told how it ended, wherever nobody is at
// something else.
async function endUndo() {
  if (undoing === null) return;
  const visit = undoing;
  let key = "undone";
  try {
    await takeBack(visit);
  } catch (error) {
    if (lost(error)) return;
    key = "undo.stands";
  }
  if (undoing !== visit) return;
  undoing = null;
  if (view.name === "home" && view.former === null && view.trouble === null && !busy()) {
    view = { ...start(), said: () => t(key, { number: visit.number }) };
  }
  render();
  watchTheTime();
}

async function catchUp() {
  await endUndo();
  releaseUnclaimed();
}

function refused(error, wanted) {
  if (lost(error)) {
    view = { ...start(), former: view.former, trouble: unknownTrouble(wanted) };
    live.refresh();
    return;
  }
  view = { ...start(), trouble: troubleOf(error) };
  if (error.code === "branch_closed") state = { ...state, open: false };
  if (error.status === 404 || error.status === 409) refresh();
}

function printSlip(shown) {
  shown.printed = true;
  const { visit } = shown;
  const facts = { taken: taken(visit.service), paper, now: serverClock.now(), tell: tellOfSlip };
  printTicket(visit, setup, named(serviceNames(visit.service), visit.language), facts);
}

function refresh() {
  live.refresh();
  renew();
}

async function renew() {
  if (live.closed || !(await refreshSetup())) return;
  $("#branch-name").textContent = setup.name;
  drawLanguages(setup, speak);
  render();
}

let speaking = Promise.resolve();

function speak(code) {
  setLanguage(code);
  render();
  watchTheTime();
  const { visit } = view;
  if (screen !== "ticket" || visit.state !== "waiting") return;
  // The number is to be called in the language that was chosen last.
  speaking = speaking
    .then(() => changeLanguage(visit, code))
    .then((changed) => Object.assign(visit, { language: changed.language }))
    .catch(() => {});
}

const drawClock = () => ($("#clock").textContent = clock(serverClock.now(), setup.timezone));

function turn(step) {
  view.page = Math.min(Math.max(view.page + step, 0), pageCount() - 1);
  render();
  watchTheTime();
  const [previous, next] = [$("#page-previous"), $("#page-next")];
  if (previous.hidden) next.focus();
  else if (next.hidden) previous.focus();
}

function press(id, work) {
  $(id).addEventListener("click", work);
}

press("#page-previous", () => turn(-1));
press("#page-next", () => turn(1));
press("#unsure", () => take(setup.unsure));
press("#home-keep", keep);
press("#untaken-take", () => take(view.service));
press("#burst-yes", () => take(view.service, { asked: true }));
press("#trouble-again", () => {
  const { service, language: speaks } = view.trouble;
  take(service, { asked: true, speaks });
});
press("#ticket-undo", undo);
press("#ticket-change", () => {
  view = { ...start(), former: view.visit };
  render();
});
for (const id of ["#untaken-back", "#ticket-done", "#trouble-back", "#burst-no"]) {
  press(id, toStart);
}
press("#timer-more", () => countdown.extend(MORE_SECONDS));
addEventListener("contextmenu", (event) => event.preventDefault());
addEventListener("resize", () => render());

translate(document);
drawLanguages(setup, speak);
// The page was loaded anew while nobody knew whether a number had been made.
if (unanswered()) view = { ...start(), trouble: unknownTrouble(unanswered()) };
render();
document.fonts.ready.then(render);

const live = follow({ refreshOn: (name) => /^(counter|branch|day)\./.test(name) });
live.addEventListener("state", ({ detail }) => {
  const newDay = state !== null && state.business_date !== detail.business_date;
  if (newDay) calls.clear();
  if (newDay && screen !== "ticket") reloadIfReachable();
  state = detail;
  serverClock.set(Date.parse(state.at));
  setKnown();
  render();
});
live.addEventListener("event", ({ detail }) => {
  const { name, data } = detail;
  if (name === "visit.called") called(data);
  else if (PUT_BACK.includes(name)) putBack(data);
  if (name !== "branch.changed") return;
  renew();
  setTimeout(renew, CACHED_MS);
});

// A citizen who still stands here is told where to go.
function called({ number, state: becomes, counter }) {
  calls.set(number, { state: becomes, counter });
  if (view.visit?.number !== number) return;
  Object.assign(view.visit, calls.get(number));
  view.said = null;
  render();
  speakOfTime();
}

// A call that was put back is over. How many are ahead now, and how long it takes, nobody has told.
function putBack({ number, service, state: becomes, counter }) {
  if (becomes !== "waiting") return; // another step was undone: the call stands
  calls.delete(number);
  const visit = [view.visit, view.former].find((one) => one?.number === number);
  if (!visit || visit.state === "waiting") return;
  const unknown = { position: null, estimated_wait_seconds: null };
  Object.assign(visit, { service, state: becomes, counter, ...unknown });
  render();
}

live.addEventListener("stale", ({ detail }) => {
  stale = detail.reason;
  render();
});
live.addEventListener("live", () => {
  stale = null;
  render();
  catchUp();
});
setInterval(() => {
  live.refresh();
  if (stale === null) catchUp();
}, CHECK_MS);
setTimeout(renew, CACHED_MS);
setInterval(renew, SETUP_MS);
setInterval(drawClock, 1000);
