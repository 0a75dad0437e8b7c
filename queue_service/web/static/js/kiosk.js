// The kiosk: which of its screens is shown, and what a press does.

import { follow } from "./live.js";
import { get } from "./api.js";
import { $, announce, page, pageData } from "./page.js";
import { clock, language, setLanguage, t, tn, translate } from "./texts.js";
import { Countdown } from "./kiosk-countdown.js";
import { drawHome, pagesOf } from "./kiosk-home.js";
import { closesAt, drawClosed, opensAfter, when } from "./kiosk-hours.js";
import { issue } from "./kiosk-issue.js";
import { drawTicket, printTicket } from "./kiosk-ticket.js";
import { drawTrouble, troubleOf } from "./kiosk-trouble.js";

const IDLE_SECONDS = 45; // on a screen that somebody may have walked away from
const TICKET_SECONDS = 30;
const MORE_SECONDS = 60;
const WARNING_SECONDS = 25; // WCAG 2.2.1 asks for at least 20
const SETTLE_MS = 600; // a second tap of the same finger must not press what has just appeared
const CHECK_MS = 30_000;
const SETUP_MS = 3_600_000;

const main = $("#main");
const paper = main.dataset.paper;
let setup = pageData();
let skew = setup.at - Date.now(); // a kiosk's own clock may be wrong
let state = null;
let stale = null; // why what we know is old: line, store, refused
let screen = null; // the one on show
let view = start();

const countdown = new Countdown({ onEnd: toStart, onWarn: speakOfTime });

function start() {
  return { name: "home", page: 0, service: null, visit: null, trouble: null };
}

const now = () => Date.now() + skew;
const queueOf = (service) => state?.queues.find((queue) => queue.service === service);
const taken = (service) => queueOf(service)?.taken ?? true;

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
  $("#unsure-name").textContent = t(unsureIsOther() ? "unsure.other" : "unsure");
  for (const button of document.querySelectorAll("#languages button")) {
    button.setAttribute("aria-pressed", String(button.lang === language()));
  }
  drawClock();
  enable();
  if (next !== screen) show(next);
}

const busy = () => main.hasAttribute("aria-busy");

const unsureIsOther = () => !setup.services.some((service) => service.id === setup.unsure);

const draw = {
  home() {
    const nobody = state !== null && state.open && !state.queues.some((queue) => queue.taken);
    $("#home-lead").textContent = t(nobody ? "nobody" : "how");
    const again = opensAfter(setup, now());
    drawHome(setup, {
      page: view.page,
      untaken: (service) => !nobody && !taken(service),
      again: again === null ? "" : t("untaken.again", { when: when(again, setup, now()) }),
      press: (service) => (nobody || taken(service) ? take(service) : to("untaken", service)),
    });
  },
  untaken() {
    $("#untaken-service").textContent = named(view.service);
    $("#untaken-hours").lastElementChild.textContent = hoursSentence();
    $("#untaken-hours").hidden = hoursSentence() === "";
  },
  ticket() {
    drawTicket(view.visit, named(view.visit.service), { taken: taken(view.visit.service), paper });
  },
  closed() {
    drawClosed(setup, now());
  },
  trouble() {
    drawTrouble(stale !== null ? { kind: stale } : view.trouble);
  },
};

const named = (service) => setup.names[service]?.[language()] ?? setup.names[service]?.da ?? "";

function hoursSentence() {
  const [until, again] = [closesAt(setup, now()), opensAfter(setup, now())];
  const parts = [];
  if (until !== null) parts.push(t("untaken.today", { time: clock(until, setup.timezone) }));
  if (again !== null) parts.push(t("untaken.next", { when: when(again, setup, now()) }));
  return parts.join(" ");
}

function show(next) {
  const first = screen === null;
  screen = next;
  for (const section of document.querySelectorAll("[data-screen]")) {
    section.hidden = section.dataset.screen !== next;
  }
  main.dataset.screen = next;
  if (!first) settle();
  watchTheTime();
  if (!first) $(`[data-screen="${next}"] h1`).focus({ preventScroll: true });
  scrollTo(0, 0);
}

let settling = null;
function settle() {
  clearTimeout(settling);
  settling = setTimeout(() => {
    settling = null;
    enable();
  }, SETTLE_MS);
  enable();
}

function enable() {
  const off = busy() || settling !== null;
  for (const button of main.querySelectorAll("button")) {
    button.disabled = off || (state === null && button.matches(".service, .unsure"));
  }
}

function speakOfTime() {
  const facts = screen === "ticket" ? ["#ticket-ahead", "#ticket-wait"].map((id) => $(id)) : [];
  const said = facts.filter((fact) => !fact.hidden).map((fact) => fact.textContent.trim());
  announce([...said, tn("countdown", countdown.left)].join(". "));
}

// Every screen but the untouched start goes back there by itself, and says so in time.
function watchTheTime() {
  const away = screen === "home" && (view.page > 0 || language() !== firstLanguage());
  if (screen === "ticket") countdown.start(TICKET_SECONDS, TICKET_SECONDS);
  else if (away || screen === "untaken") countdown.start(IDLE_SECONDS, WARNING_SECONDS);
  else if (screen === "trouble" && view.trouble !== null) {
    countdown.start(view.trouble.seconds, view.trouble.seconds);
  } else if (language() !== firstLanguage()) countdown.start(IDLE_SECONDS, WARNING_SECONDS);
  else countdown.stop();
}

const firstLanguage = () => page.lang;

function to(name, service = null) {
  view = { ...start(), name, service };
  render();
}

function toStart() {
  view = start();
  setLanguage(firstLanguage());
  render();
  watchTheTime();
}

async function take(service) {
  if (busy()) return;
  main.setAttribute("aria-busy", "true");
  enable();
  countdown.stop();
  announce(t("moment"));
  try {
    view = { ...start(), name: "ticket", visit: await issue(service, language()) };
  } catch (error) {
    refused(error);
  } finally {
    main.removeAttribute("aria-busy");
    render();
  }
  // The dialog of a browser that asks before it prints would hold up the screen: after it.
  if (view.name === "ticket" && paper !== "0") setTimeout(printSlip, 100, view.visit);
}

function refused(error) {
  view = { ...start(), trouble: troubleOf(error) };
  if (error.code === "branch_closed") state = { ...state, open: false };
  if (error.status === 404 || error.status === 409) refresh();
}

function printSlip(visit) {
  printTicket(visit, setup, named(visit.service), { paper, now: now() });
}

function refresh() {
  live.refresh();
  refreshSetup();
}

async function refreshSetup() {
  try {
    const { pathname } = location;
    setup = await get(`${pathname.replace(/\/$/, "")}/setup`, { retry: false });
    skew = setup.at - Date.now();
    $("#branch-name").textContent = setup.name;
    drawLanguages();
    render();
  } catch {
    // What was known before is still the best there is; the next round asks again.
  }
}

function drawLanguages() {
  const group = $("#languages");
  group.hidden = setup.languages.length < 2;
  group.replaceChildren(
    ...setup.languages.map(({ code, name }) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "button languages__one", lang: code });
      button.textContent = name;
      button.addEventListener("click", () => {
        setLanguage(code);
        render();
        watchTheTime();
      });
      return button;
    }),
  );
}

function drawClock() {
  $("#clock").textContent = clock(now(), setup.timezone);
}

function turn(step) {
  view.page = Math.min(Math.max(view.page + step, 0), pagesOf(setup).length - 1);
  render();
  watchTheTime();
  const [previous, next] = [$("#page-previous"), $("#page-next")];
  if (previous.hidden) next.focus();
  else if (next.hidden) previous.focus();
}

// After an update of the service the page is fetched anew, at night and only if it can be had.
async function renewAt(date, before) {
  if (before === null || date === before || screen === "ticket") return;
  const response = await fetch(location, { cache: "no-store" }).catch(() => null);
  if (response?.ok) location.reload();
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
drawLanguages();
render();

const live = follow({ refreshOn: (name) => /^(counter|branch|day)\./.test(name) });
live.addEventListener("state", ({ detail }) => {
  renewAt(detail.business_date, state?.business_date ?? null);
  state = detail;
  render();
});
live.addEventListener("event", ({ detail }) => {
  if (detail.name === "branch.changed") refreshSetup();
});
live.addEventListener("stale", ({ detail }) => {
  stale = detail.reason;
  render();
});
live.addEventListener("live", () => {
  stale = null;
  if (["line", "store"].includes(view.trouble?.kind)) view.trouble = null;
  render();
});
setInterval(() => live.refresh(), CHECK_MS);
setInterval(refreshSetup, SETUP_MS);
setInterval(drawClock, 1000);
