// The counter: ties what the page knows, shows and does together, and keeps it fresh.

import { isHeld } from "/static/js/branch.js";
import { tick } from "/static/js/ticking.js";
import { showConnection } from "/static/js/connection.js";
import { follow } from "/static/js/live.js";
import { $, find, show } from "/static/js/page.js";
import { t, translate } from "/static/js/texts.js";
import { beginToday, renewToday } from "/static/pages/bookings/today.js";
import { counterName, isTakenOver, renewBranch, renewHours } from "./branch.js";
import { beginArrivals } from "./lists/arrivals.js";
import { drawAsked } from "./dialogs/asked.js";
import { beginChoosing, drawChoose, onChoice } from "./dialogs/choose.js";
import { clearMessage, connectionIsBack, focusStage, showRemark } from "./commands/commands.js";
import { drawContacts, sendUnsent } from "./contacts/contacts.js";
import { beginHelpCalls, drawHelpCalls, renewHelpCalls } from "./help/help-calls.js";
import { listen, showHelp } from "./commands/keys.js";
import { drawParked, drawWaiting } from "./lists/lists.js";
import { drawLogin } from "./login.js";
import { drawMenu, openMenu } from "./menu.js";
import {
  changed,
  connection,
  current,
  fetchCounter,
  isAboutUs,
  isMine,
  isMyService,
  mode,
  model,
  onChange,
  refreshCounter,
  refreshWaiting,
  setCounter,
} from "./model.js";
import { announceArrival, loadNews, noteEvent } from "./news.js";
import { drawReturned, refreshReturned } from "./specialists/referral.js";
import { drawLeftParked, followLeftParked, renewLeftParked } from "./lists/left-parked.js";
import {
  closePlaybook,
  drawPlaybook,
  refreshPlaybook,
  togglePlaybook,
} from "./playbook/playbook.js";
import { refreshCall } from "./specialists/specialist.js";
import { drawMessage, drawStage } from "./stage/stage.js";
import { counterInAddress, lastCounter, save, showInAddress } from "./storage.js";
import { followNotReached } from "./lists/not-reached.js";
import { beginSwitching } from "./switching.js";

/** @import { Live } from "/static/js/live.js" */
/** @import { Counter, LogEvent, VisitEvent } from "/static/js/types.d.ts" */

const REFRESHING = /^(visit|counter|branch|day)\./;

/** @type {Live | null} */
let live = null; // once it is known whose page this is
let enteredAt = 0; // by the server's clock

/**
 * Be at this counter (its document), and save it.
 * @param {Counter} counter
 */
function enter(counter) {
  clearMessage();
  enteredAt = Date.parse(counter.at);
  save("last", { counter: counter.id, team: counter.team });
  showInAddress(counter.id);
  setCounter(counter);
  loadNews();
  live?.reconnect();
  refreshWaiting();
  refreshCall();
  renewHelpCalls();
  focusStage();
}

/** Be at no counter; `reason` says why where the clerk did not ask for it. */
function leave(reason = "") {
  const id = model.counter?.id ?? null;
  clearMessage();
  showInAddress(null);
  beginChoosing(id, reason);
  setCounter(null);
  live?.reconnect();
  find("#choose-title")?.focus();
}

// The address, else this browser's memory, says where we were: an open counter goes straight on.
async function comeBack() {
  const id = counterInAddress() ?? lastCounter()?.counter ?? null;
  beginChoosing(id);
  const counter = id ? await fetchCounter(id).catch(() => null) : null;
  if (counter?.open) enter(counter);
  else changed();
}

function draw() {
  if (model.counter && !model.counter.open) {
    leave(t("choose.closed", { counter: counterName(model.counter.id) }));
    return;
  }
  const open = mode() !== "none";
  show("#taken-over", isTakenOver());
  drawLogin();
  show("#side", open);
  drawMenu();
  drawChoose(enter);
  drawStage();
  drawHelpCalls();
  drawReturned();
  drawAsked();
  if (open) drawLists();
  else closePlaybook();
  drawPlaybook();
  show("#playbook-open", open);
  drawMessage();
  document.title = titleNow();
}

function drawLists() {
  drawContacts();
  drawParked();
  drawLeftParked();
  drawWaiting();
}

function titleNow() {
  const waiting = model.waiting.filter((visit) => isMine(visit) && !isHeld(visit)).length;
  const name = model.counter ? counterName(model.counter.id) : t("choose.title");
  const number = current()?.number;
  if (number) return `${number} · ${name}`;
  return model.counter && waiting ? `(${waiting}) ${name}` : name;
}

/** @param {LogEvent} event */
function handle({ name, data }) {
  followLeftParked(name);
  if (name === "branch.changed") refreshPlaybook();
  if (name === "branch.changed") renewBranch().then(changed, () => {});
  if (name.startsWith("lifeline.")) refreshCall();
  if (name.startsWith("help.")) renewHelpCalls();
  if (name.startsWith("booking.")) renewToday();
  if (["referral.returned", "referral.settled"].includes(name)) refreshReturned();
  if (name.startsWith("branch.")) renewHours().then(changed);
  if (name === "visit.called") rememberWhy(data);
  if (model.counter) noteEvent(name, data);
  if (["counter.opened", "counter.taken_over"].includes(name)) sayTakenOver(data);
  if (isAboutUs(data)) refreshCounter();
  if (name === "visit.issued") sayWhoCame(data);
}

/** @param {VisitEvent} event */
function rememberWhy({ id, why }) {
  if (!why) return;
  if (model.why.size > 50) model.why.clear();
  model.why.set(id, why);
  changed();
}

/**
 * A citizen has come to this counter in another window, which may be another clerk's.
 * @param {VisitEvent} event
 */
function sayTakenOver({ counter, at }) {
  const ours = Date.parse(at) <= enteredAt || "busy" in document.body.dataset;
  if (model.counter?.id !== counter || ours) return;
  const sentence = t("menu.taken_over", { counter: counterName(counter) });
  showRemark(sentence, { holds: () => model.counter?.id === counter, offer: () => null });
}

/**
 * Only the first is news: somebody who serves one after the other needs no voice for each.
 * @param {VisitEvent} event
 */
function sayWhoCame({ id, number, service }) {
  const nobody = !model.waiting.some((visit) => isMine(visit) && visit.id !== id);
  if (mode() === "free" && nobody && isMyService(service)) {
    announceArrival(number);
  }
}

translate(document);
onChange(draw);
onChoice(draw);
const menu = () => openMenu({ enter, leave });
listen(menu, () => mode() !== "none");
$("#menu").addEventListener("click", menu);
$("#help").addEventListener("click", showHelp);
$("#playbook-open").addEventListener("click", togglePlaybook);
refreshPlaybook();
beginSwitching();
beginHelpCalls();
beginArrivals();

// The stream says from the start whose page this is, so it begins once that is known.
async function begin() {
  await comeBack();
  live = follow({
    refreshOn: (name) => REFRESHING.test(name),
    query: () => model.counter ? { counter: model.counter.id, hears: "help" } : {},
  });
  showConnection(live);
  live.onState((state) => {
    model.state = state;
    connectionIsBack();
    refreshWaiting();
    refreshCounter();
    refreshCall();
    renewHelpCalls();
    renewLeftParked();
  });
  refreshReturned();
  live.onEvent(handle);
  live.onStale(() => {
    connection.lost = true;
    changed();
  });
  live.onLive(() => {
    connection.lost = false;
    connectionIsBack();
    sendUnsent();
    refreshPlaybook();
  });
  connection.check = () => live?.refresh();
}

followNotReached();
beginToday();

// With the time a held visit is ready, a call is unanswered for too long, an undo is over.
setInterval(() => {
  tick();
  changed();
}, 1000);
begin();
