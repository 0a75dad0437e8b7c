// The clerk's page over several branches: calls the first visit, and serves it by video.

import { asApiError, post } from "/static/js/api.js";
import { sentence, showConnection } from "/static/js/connection.js";
import { Live, reasonOf } from "/static/js/live.js";
import { sayOfKeys } from "/static/js/keys.js";
import { $, find, newKey, page, pause, setText, show } from "/static/js/page.js";
import { t, translate } from "/static/js/texts.js";
import { tick } from "/static/js/ticking.js";
import { bringBack, calling, undo } from "/static/pages/counter/commands/actions.js";
import { ask, dismiss } from "/static/pages/counter/dialogs/ask.js";
import { renewBranch } from "/static/pages/counter/branch.js";
import {
  command,
  connectionIsBack,
  focusStage,
  showRefusal,
  showRemark,
} from "/static/pages/counter/commands/commands.js";
import {
  changed,
  connection,
  current,
  fetchCounter,
  isAboutUs,
  model,
  onChange,
  refreshCounter,
  refreshWaiting,
  setCounter,
} from "/static/pages/counter/model.js";
import { showKeys, VISIT_HELP } from "/static/pages/counter/help/help.js";
import { drawNews, loadNews, noteEvent } from "/static/pages/counter/news.js";
import {
  closePlaybook,
  drawPlaybook,
  openPlaybook,
  refreshPlaybook,
  togglePlaybook,
} from "/static/pages/counter/playbook/playbook.js";
import { listenTo, VISIT_KEYS } from "/static/pages/counter/commands/presses.js";
import { drawSpecialist, refreshCall } from "/static/pages/counter/specialists/specialist.js";
import { drawMessage, drawStage } from "/static/pages/counter/stage/stage.js";
import { showWhetherOn } from "/static/pages/counter/storage.js";
import * as conversation from "./conversation.js";
import { drawLobby, drawTaken, waiting } from "./lobby.js";
import { beginPick, drawPick, open, pathOf, submitPick } from "./pick.js";
import { goOn, isPaused, pauseOrGoOn } from "./pauses.js";
import {
  branchIds,
  choice,
  chosen,
  firstOf,
  isMine,
  mine,
  renew,
  setMine,
  stands,
} from "./screens.js";

/** @import { LogEvent, VideoCounter, Visit } from "/static/js/types.d.ts" */
/** @import { Bindings } from "/static/js/keys.js" */
/** @import { HelpRow } from "/static/pages/counter/help/help.js" */

const REFRESHING = /^(visit|counter|branch|day)\./;
const POLL_MS = 3000;

/** @type {Live | null} */
let live = null; // of the branch in which the conversation is
let drawConnection = () => {}; // the text of the bar across the top
let picking = false;
let nextPage = newKey(); // by what the server knows this page in the conversation that comes next

/** @type {HelpRow[]} */
const HELP = [
  ["closed", ["Enter"], "pick.go"],
  ["free", ["go"], "help.next"],
  ["free", ["pause"], "help.pause"],
  ...VISIT_HELP,
  ["talk", ["mute"], "help.mute"],
  ["talk", ["ask_document"], "help.document"],
  ["talk", ["share_window"], "help.share"],
  ["always", ["help"], "help.help"],
];

const showHelp = () => showKeys(HELP, branchIds);

/** @type {Bindings} */
const ALWAYS_KEYS = {
  playbook: openPlaybook,
  help: showHelp,
};

/** @type {Bindings} */
const LOBBY_KEYS = {
  go: () => isPaused() ? ways.pause() : calling.next(),
  pause: () => ways.pause(),
  undo,
};

/** The keys of the clerk who has taken the conversation over. @type {Bindings} */
const TAKEN_KEYS = Object.fromEntries(
  Object.keys({ ...VISIT_KEYS, ...conversation.TALK_KEYS }).map((command) => [
    command,
    () => sayOfKeys(t("idle.taken", { number: current()?.number })),
  ]),
);

/** @type {Bindings} */
const PICK_KEYS = {
  go: (key) => (key === "enter" ? submitPick() : null),
};

/** The actions of the keys during a visit, in the lobby and while screens are chosen. */
const keys = {
  visit: { ...VISIT_KEYS, ...conversation.TALK_KEYS, ...ALWAYS_KEYS },
  taken: { ...TAKEN_KEYS, ...ALWAYS_KEYS },
  lobby: { ...LOBBY_KEYS, ...ALWAYS_KEYS },
  pick: { ...PICK_KEYS, ...ALWAYS_KEYS },
};

// --- Drawing -----------------------------------------------------------------------------------------

function draw() {
  const visit = current();
  if (visit) begin(visit);
  else if (conversation.visitInPicture()) end();
  const taken = visit !== null && conversation.isTaken();
  $("#main").dataset.view = taken ? "taken" : visit ? "call" : picking ? "pick" : "lobby";
  show("#pick", picking && !visit);
  if (taken) drawOver(visit);
  else if (visit) drawStage();
  else if (picking) {
    $("#stage").hidden = true;
    drawPick(arrive);
  } else {
    drawLobby(ways);
    drawMessage();
    drawSpecialist();
    drawNews(bringBack);
  }
  drawPlaybook();
  conversation.draw();
  drawConnection();
  document.title = titleNow(visit);
}

let over = ""; // the visit that was seen taken over last

/** @param {Visit} visit whose conversation another clerk has */
function drawOver(visit) {
  drawTaken(visit, ways);
  if (over === visit.id) return;
  over = visit.id;
  dismiss(); // a question about it is nothing to answer any more
  focusStage();
}

/** @param {Visit | null} visit */
function titleNow(visit) {
  const n = waiting();
  return visit ? visit.number : n ? `(${n}) ${t("screens")}` : t("screens");
}

// --- Into a conversation and out of it -----------------------------------------------------------------

/**
 * Be at a screen: further actions are for this screen.
 * @param {string} branch
 * @param {string} counter
 */
async function enter(branch, counter) {
  try {
    if (page.branch !== branch || !live) {
      page.branch = branch;
      model.waiting = [];
      model.state = null;
      await renewBranch();
    }
    setCounter(await fetchCounter(counter));
  } catch (error) {
    showRefusal(asApiError(error).sentence); // the lobby has the way in
    poll();
    return;
  }
  loadNews();
  refreshCall();
  refreshPlaybook();
  focusStage();
}

/** @param {Visit} visit */
function begin(visit) {
  const counter = visit.counter ?? "";
  conversation.offerForms(page.branch, visit.service);
  if (conversation.visitInPicture() === visit.id) return;
  const own = keepMine(page.branch, visit);
  followBranch();
  over = "";
  conversation.connect({ branch: page.branch, counter, visit: visit.id, page: own });
}

/**
 * Keep that the conversation with a visit is this browser's; gives the id by which the server knows
 * the page.
 * @param {string} branch
 * @param {Visit} visit
 */
function keepMine(branch, visit) {
  const known = mine();
  const own = (known?.visit === visit.id && known.page) || nextPage;
  if (own === nextPage) nextPage = newKey();
  setMine({ branch, counter: visit.counter ?? "", visit: visit.id, page: own });
  return own;
}

function end() {
  closePlaybook(); // it was of the visit
  setMine(null);
  conversation.hangUp();
  live?.close();
  live = null;
  poll();
}

function followBranch() {
  live?.close();
  show("#connection", false); // until the stream says otherwise
  const mineNow = live = new Live({
    refreshOn: (name) => REFRESHING.test(name),
    query: () => ({ counter: model.counter?.id }),
  });
  drawConnection = showConnection(
    mineNow,
    (staleness) => conversation.talking() ? t("connection.talk") : sentence(staleness),
  );
  mineNow.onState((state) => {
    if (live !== mineNow) return;
    model.state = state;
    connectionIsBack();
    refreshWaiting();
    refreshCounter();
  });
  mineNow.onEvent((event) => live === mineNow && handle(event));
  mineNow.onLive(connectionIsBack);
  connection.check = () => live?.refresh();
  mineNow.start();
}

/** @param {LogEvent} event */
function handle({ name, data }) {
  if (name === "video.message") conversation.read();
  if (name.startsWith("lifeline.")) refreshCall();
  if (name === "branch.changed") refreshPlaybook();
  if (name === "branch.changed") renewBranch().then(changed, () => {});
  if (model.counter) noteEvent(name, data);
  if (isAboutUs(data)) refreshCounter();
}

async function callNext() {
  const counters = chosen().map(({ branch, counter }) => ({ branch, counter }));
  const body = /** @type {any} */ ({ counters, page: nextPage });
  const visit = await command("/api/v1/video/call-next", body);
  if (visit === true) {
    showRemark(t("lobby.quicker"), { holds: () => firstOf(chosen()) === null, offer: () => null });
    poll();
  } else if (visit) {
    keepMine(visit.branch, visit);
    await enter(visit.branch, visit.counter);
  }
}

// --- The lobby -----------------------------------------------------------------------------------------

const ways = {
  change: () => {
    picking = true;
    beginPick();
    changed();
    find("#pick-title")?.focus();
  },
  leave: async () => {
    for (const screen of chosen().filter(({ state }) => ["free", "paused"].includes(state))) {
      const error = await post(pathOf(screen, "close")).then(() => null, asApiError);
      if (error && error.status !== 409) { // else somebody was called there just now
        showRefusal(error.sentence);
        return;
      }
    }
    picking = true;
    beginPick();
    await poll();
    find("#pick-title")?.focus();
  },
  pause: async () => {
    await pauseOrGoOn();
    await poll();
    focusStage();
  },
  goOn: async (/** @type {VideoCounter} */ screen) => {
    await goOn([screen]);
    poll();
  },
  reopen: async (/** @type {VideoCounter} */ screen) => {
    const error = await open(screen).then(() => null, asApiError);
    if (error) showRefusal(error.sentence);
    poll();
  },
  takeBack: async (/** @type {string} */ number) => {
    if (!(await askTakeOver(number))) return;
    over = "";
    await conversation.takeBack();
    changed();
  },
  lobby: () => setCounter(null),
  takeOver: async (/** @type {VideoCounter} */ screen) => {
    const { branch, counter, number } = screen;
    if (isMine(screen)) return enter(branch, counter);
    const sure = await askTakeOver(number);
    const address = `${conversation.videoPath(screen)}/take-over`;
    if (sure && await command(address, { page: nextPage })) await enter(branch, counter);
    return undefined;
  },
  resume: async (/** @type {VideoCounter} */ { branch, counter }, /** @type {string} */ id) => {
    const address = `/api/v1/branches/${encodeURIComponent(branch)}/visits/${id}/resume`;
    if (!(await command(address, { counter }))) return;
    // Anyone who parked it may have been another clerk.
    await command(`${conversation.videoPath({ branch, counter })}/take-over`, { page: nextPage });
    await enter(branch, counter);
  },
};

/** @param {string | null} number */
const askTakeOver = (number) =>
  ask({
    title: t("takeover.ask", { number }),
    lead: t("takeover.note"),
    groups: [{
      options: [{ value: true, label: t("screens.takeover", { number }), icon: "swap" }],
    }],
    careful: true,
  });

async function arrive() {
  picking = false;
  await poll();
  focusStage();
}

async function poll() {
  await renew();
  if (!current()) drawFreshness();
  changed();
}

// Between two conversations no stream shows whether the page is current.
function drawFreshness() {
  const { at, trouble } = stands;
  if (trouble) setText($("#connection"), sentence({ since: at, reason: reasonOf(trouble) }));
  show("#connection", trouble !== null);
}

async function start() {
  await renew();
  while (stands.trouble) {
    drawFreshness();
    await pause(POLL_MS);
    await renew();
  }
  drawFreshness();
  const known = mine();
  const there = stands.all.find(({ branch, counter }) =>
    branch === known?.branch && counter === known.counter
  );
  if (known && there?.visit === known.visit) await enter(known.branch, known.counter);
  picking = choice().screens.length === 0 || chosen().length === 0;
  onChange(draw);
  changed();
}

function keysOf() {
  if (current()) return conversation.isTaken() ? "taken" : "visit";
  return picking ? "pick" : "lobby";
}

$("#help").addEventListener("click", showHelp);
$("#playbook-open").addEventListener("click", togglePlaybook);
showWhetherOn();
refreshPlaybook();
translate(document);
calling.next = callNext;
listenTo(() => keys[keysOf()]);
addEventListener("pagehide", () => {
  conversation.letGo();
  live?.close();
});
setInterval(() => {
  tick();
  changed();
}, 1000);
setInterval(() => {
  if (!current()) poll();
}, POLL_MS);
start();
