// The kiosk: which of its screens is shown, and what a press does.

import { follow } from "./live.js";
import { $, announce, page } from "./page.js";
import { clock, language, setLanguage, t, tn, translate } from "./texts.js";
import { Countdown } from "./kiosk-countdown.js";
import { busy, guard, setBusy, setKnown, settle } from "./kiosk-guard.js";
import { drawHome, drawUnsure, pagesOf } from "./kiosk-home.js";
import { drawClosed, hoursSentence, opensAfter, when } from "./kiosk-hours.js";
import { issue } from "./kiosk-issue.js";
import { drawLanguages, markLanguage } from "./kiosk-languages.js";
import {
  now,
  refreshSetup,
  reloadIfReachable,
  serviceName,
  setup,
  unsureIsOther,
} from "./kiosk-setup.js";
import { tellOfSlip } from "./kiosk-printer.js";
import { drawTicket, printTicket } from "./kiosk-ticket.js";
import { drawTrouble, troubleOf } from "./kiosk-trouble.js";

const IDLE_SECONDS = 45; // on a screen that somebody may have walked away from
const TICKET_SECONDS = 30;
const MORE_SECONDS = 60;
const WARNING_SECONDS = 25; // WCAG 2.2.1 asks for at least 20
const CHECK_MS = 30_000;
const SETUP_MS = 3_600_000;
const CACHED_MS = 6000; // for as long a server may still answer with the former configuration

const main = $("#main");
const paper = main.dataset.paper;
let state = null;
let stale = null; // why what we know is old: line, store, refused
let screen = null; // the one on show
let view = start();

const countdown = new Countdown({ onEnd: toStart, onWarn: speakOfTime });

function start() {
  return { name: "home", page: 0, service: null, visit: null, trouble: null };
}

function taken(service) {
  return state?.queues.find((queue) => queue.service === service)?.taken ?? true;
}

// In the morning before the first counter opens: no reason to say so of every service.
const nobody = () => state !== null && !state.queues.some((queue) => queue.taken);

// What is shown: a ticket is never taken out of a citizen's hands; after that, what stops the
// kiosk from giving numbers; after that, the screen asked for.
function current() {
  if (view.name === "ticket") return "ticket";
  if (stale !== null || view.trouble !== null) return "trouble";
  if (state === null) return "home";
  return state.open ? view.name : "closed";
}

function render() {
  if (busy()) return;
  const next = current();
  draw[next]();
  $("#unsure").hidden = !["home", "untaken"].includes(next) || setup.unsure === null;
  drawUnsure(unsureIsOther());
  markLanguage();
  drawClock();
  guard();
  if (next !== screen) show(next);
}

const draw = {
  home() {
    $("#home-lead").textContent = t(nobody() ? "nobody" : "how");
    const again = opensAfter(setup, now());
    drawHome(setup, {
      page: view.page,
      untaken: (service) => !nobody() && !taken(service),
      again: again === null ? "" : t("untaken.again", { when: when(again, setup, now()) }),
      press: (service) => (nobody() || taken(service) ? take(service) : to("untaken", service)),
    });
  },
  untaken() {
    $("#untaken-service").textContent = serviceName(view.service);
    const hours = hoursSentence(setup, now());
    $("#untaken-hours").lastElementChild.textContent = hours;
    $("#untaken-hours").hidden = hours === "";
  },
  ticket() {
    drawTicket(view.visit, serviceName(view.visit.service), { taken: taken(view.visit.service), paper });
  },
  closed() {
    drawClosed(setup, now());
  },
  trouble() {
    drawTrouble(stale !== null ? { kind: stale } : view.trouble);
  },
};

function show(next) {
  const first = screen === null;
  screen = next;
  for (const section of document.querySelectorAll(".screen")) {
    section.hidden = section.dataset.screen !== next;
  }
  main.dataset.shown = next;
  if (!first) settle();
  watchTheTime();
  if (!first) $(`.screen:not([hidden]) h1`).focus({ preventScroll: true });
  scrollTo(0, 0);
}

function speakOfTime() {
  const facts = screen === "ticket" ? ["#ticket-ahead", "#ticket-wait"].map((id) => $(id)) : [];
  const said = facts.filter((fact) => !fact.hidden).map((fact) => fact.textContent.trim());
  announce([...said, tn("countdown", countdown.left)].join(". "));
}

// Every screen but the untouched start goes back there by itself, and says so in time.
function watchTheTime() {
  const { trouble } = view;
  const touched = view.page > 0 || screen === "untaken" || language() !== page.lang;
  if (screen === "ticket") countdown.start(TICKET_SECONDS, TICKET_SECONDS);
  else if (screen === "trouble" && trouble !== null) countdown.start(trouble.seconds, trouble.seconds);
  else if (touched) countdown.start(IDLE_SECONDS, WARNING_SECONDS);
  else countdown.stop();
}

function to(name, service = null) {
  view = { ...start(), name, service };
  render();
}

function toStart() {
  view = start();
  setLanguage(page.lang);
  render();
  watchTheTime();
}

async function take(service) {
  if (busy()) return;
  setBusy(true);
  countdown.stop();
  announce(t("moment"));
  try {
    view = { ...start(), name: "ticket", visit: await issue(service, language()) };
  } catch (error) {
    refused(error);
  } finally {
    setBusy(false);
    render();
  }
  // The dialog of a browser that asks before it prints would hold up the screen: after it.
  if (view.name === "ticket" && paper !== "0") setTimeout(printSlip, 100, view.visit);
}

function refused(error) {
  view = { ...start(), trouble: troubleOf(error) };
  if (error.code === "branch_closed") state = { ...state, open: false };
  if (error.status === 404 || error.status === 409) refresh();
  else if (lostOnTheWay(view.trouble)) findOut(view.trouble);
}

const lostOnTheWay = (trouble) => ["line", "store"].includes(trouble?.kind);

// One unlucky press, or is the line down? Then the screen stays until it is back.
async function findOut(trouble) {
  if (!(await live.refresh()) || view.trouble !== trouble) return;
  trouble.kind = "failed";
  render();
}

function printSlip(visit) {
  const facts = { taken: taken(visit.service), paper, now: now(), tell: tellOfSlip };
  printTicket(visit, setup, serviceName(visit.service), facts);
}

function refresh() {
  live.refresh();
  renew();
}

async function renew() {
  if (!(await refreshSetup())) return;
  $("#branch-name").textContent = setup.name;
  drawLanguages(setup, speak);
  render();
}

function speak(code) {
  setLanguage(code);
  render();
  watchTheTime();
}

const drawClock = () => ($("#clock").textContent = clock(now(), setup.timezone));

function turn(step) {
  view.page = Math.min(Math.max(view.page + step, 0), pagesOf(setup).length - 1);
  render();
  watchTheTime();
  const [previous, next] = [$("#page-previous"), $("#page-next")];
  if (previous.hidden) next.focus();
  else if (next.hidden) previous.focus();
}

$("#page-previous").addEventListener("click", () => turn(-1));
$("#page-next").addEventListener("click", () => turn(1));
$("#unsure").addEventListener("click", () => take(setup.unsure));
$("#untaken-take").addEventListener("click", () => take(view.service));
for (const id of ["#untaken-back", "#ticket-done", "#trouble-back"]) {
  $(id).addEventListener("click", toStart);
}
$("#timer-more").addEventListener("click", () => countdown.extend(MORE_SECONDS));
addEventListener("contextmenu", (event) => event.preventDefault());

translate(document);
drawLanguages(setup, speak);
render();

const live = follow({ refreshOn: (name) => /^(counter|branch|day)\./.test(name) });
live.addEventListener("state", ({ detail }) => {
  const newDay = state !== null && state.business_date !== detail.business_date;
  if (newDay && screen !== "ticket") reloadIfReachable();
  state = detail;
  setKnown();
  render();
});
live.addEventListener("event", ({ detail }) => {
  if (detail.name !== "branch.changed") return;
  renew();
  setTimeout(renew, CACHED_MS);
});
live.addEventListener("stale", ({ detail }) => {
  stale = detail.reason;
  render();
});
live.addEventListener("live", () => {
  stale = null;
  if (lostOnTheWay(view.trouble)) view.trouble = null;
  render();
});
setInterval(() => live.refresh(), CHECK_MS);
setTimeout(renew, CACHED_MS);
setInterval(renew, SETUP_MS);
setInterval(drawClock, 1000);
