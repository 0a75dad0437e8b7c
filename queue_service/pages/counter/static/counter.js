// The counter: ties what the page knows, shows and does together, and keeps it fresh.

import { showLine } from "/static/js/line.js";
import { follow } from "/static/js/live.js";
import { $ } from "/static/js/page.js";
import { t, translate } from "/static/js/texts.js";
import { tick } from "/static/js/ticking.js";
import { beginChoosing, drawChoose, onChoice } from "./choose.js";
import { counterName, renewBranch } from "./branch.js";
import {
  changed,
  concernsUs,
  current,
  desk,
  doubt,
  isHeld,
  isMine,
  lookAt,
  mode,
  onChange,
  refreshCounter,
  refreshWaiting,
  sitAt,
} from "./desk.js";
import { clearTrouble, lineIsBack, showTheStage } from "./deeds.js";
import { renewHours } from "./hours.js";
import { listen, showHelp } from "./keys.js";
import { counterInAddress, recall, remember, showInAddress } from "./memory.js";
import { drawMenu, openMenu } from "./menu.js";
import { announceArrival, noteEvent, recallNews } from "./news.js";
import { drawParked } from "./parked.js";
import { drawStage, drawTrouble } from "./stage.js";
import { drawWaiting } from "./waiting.js";

const REFRESHING = /^(visit|counter|branch|day)\./;

let live = null; // once it is known whose page this is

/** Be at this counter (its document), and remember it. */
function sit(counter) {
  clearTrouble();
  remember("last", { counter: counter.id, team: counter.team });
  showInAddress(counter.id);
  sitAt(counter);
  recallNews();
  live?.reconnect();
  refreshWaiting();
  showTheStage();
}

/** Be at no counter; `said` tells why where the clerk did not ask for it. */
function leave(said = "") {
  const id = desk.counter?.id ?? null;
  clearTrouble();
  showInAddress(null);
  beginChoosing(id, said);
  sitAt(null);
  live?.reconnect();
  $("#choose-title")?.focus();
}

// The address, else this browser's memory, says where we were: an open counter goes straight on.
async function comeBack() {
  const id = counterInAddress() ?? recall("last")?.counter ?? null;
  beginChoosing(id);
  const counter = id && (await lookAt(id).catch(() => null));
  if (counter?.open) sit(counter);
  else changed();
}

function draw() {
  if (desk.counter && !desk.counter.open) {
    leave(t("choose.closed", { counter: counterName(desk.counter.id) }));
    return;
  }
  const open = mode() !== "none";
  $("#side").hidden = !open;
  drawMenu();
  drawChoose(sit);
  drawStage();
  if (open) drawLists();
  drawTrouble();
  document.title = titleNow();
}

function drawLists() {
  drawParked();
  drawWaiting();
}

function titleNow() {
  const waiting = desk.waiting.filter((visit) => isMine(visit) && !isHeld(visit)).length;
  const name = desk.counter ? counterName(desk.counter.id) : t("choose.title");
  const number = current()?.number;
  if (number) return `${number} · ${name}`;
  return desk.counter && waiting ? `(${waiting}) ${name}` : name;
}

function hear({ name, data }) {
  if (name === "branch.changed") renewBranch().then(changed, () => {});
  if (name.startsWith("branch.")) renewHours().then(changed);
  if (name === "visit.called" && data.why) rememberWhy(data);
  if (desk.counter) noteEvent(name, data);
  if (concernsUs(data)) refreshCounter();
  if (name === "visit.issued") sayWhoCame(data);
}

function rememberWhy({ id, why }) {
  if (desk.why.size > 50) desk.why.clear();
  desk.why.set(id, why);
  changed();
}

// Only the first is news: somebody who serves one after the other needs no voice for each.
function sayWhoCame({ id, number, service }) {
  const nobody = !desk.waiting.some((visit) => isMine(visit) && visit.id !== id);
  if (mode() === "free" && nobody && desk.counter.services.includes(service)) {
    announceArrival(number);
  }
}

translate(document);
onChange(draw);
onChoice(draw);
const menu = () => openMenu({ sit, leave });
listen(menu, () => mode() !== "none");
$("#menu").addEventListener("click", menu);
$("#help").addEventListener("click", showHelp);

// The stream says from the start whose page this is, so it begins once that is known.
async function begin() {
  await comeBack();
  live = follow({
    refreshOn: (name) => REFRESHING.test(name),
    query: () => ({ counter: desk.counter?.id }),
  });
  showLine(live);
  live.addEventListener("state", ({ detail }) => {
    desk.state = detail;
    changed();
    refreshWaiting();
    refreshCounter();
  });
  live.addEventListener("event", ({ detail }) => hear(detail));
  live.addEventListener("live", lineIsBack);
  doubt.check = () => live.refresh();
}

// With the time a held visit is ready, a call is unanswered for too long, an undo is over.
setInterval(() => {
  tick();
  changed();
}, 1000);
begin();
