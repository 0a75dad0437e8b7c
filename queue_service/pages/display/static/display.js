// The waiting-room display: events of the branch become the picture and sound of the room.

import { follow } from "/static/js/live.js";
import { findAll, page, pageData, reloadIfReachable } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { translate } from "/static/js/texts.js";
import { Announcer } from "./announcer.js";
import { Calls } from "./calls.js";
import { showConnection } from "./connection.js";
import { careForScreen } from "./screen.js";
import { settingsDialog } from "./settings-dialog.js";
import { loadSettings } from "./settings.js";
import { reportSound, Sounds } from "./sounds.js";
import { forgetWidths } from "./sizes.js";
import { translateBoth, turnTo } from "./languages.js";
import { turnOf } from "./strip.js";
import { announceCall, draw, drawSetup, drawTime } from "./wall.js";

/** @import { BranchState, DisplaySetup, VisitEvent } from "/static/js/types.d.ts" */
/** @import { Call } from "./calls.js" */

const OLD_MS = 30_000;
const TICK_MS = 1000;
// Anyone who takes a number looks up for it: a rush costs one question for all in so long.
const NEWS_MS = 2000;
const QUIET_MS = 30_000; // without: the branch opens and closes by the clock, not by an event
const PREPARE_MS = 60_000;
const SETUP_MS = 20 * 60_000;
const RELEASE = import.meta.url.split("/")[4]; // of this page: /static/<release>/…
const CALLS = new Set(["visit.called", "visit.recalled"]);
// A number that is called no longer waits, and the strip is right below it.
const AT_ONCE = /^(counter|branch|day|visit\.called$)/;

/** @type {DisplaySetup} */
let setup = pageData();
/** @type {BranchState | null} */
let state = null;
let stale = false;
/** @type {number | null} */
let drawn = null; // the turn of the strip that is shown
let requested = { news: false, state: performance.now(), setup: performance.now() };
let prepared = 0; // when clips were last asked for

const settings = loadSettings();
const calls = new Calls();
const sounds = new Sounds(settings, () => serverClock.now());
const announcer = new Announcer({
  show(call) {
    announceCall(call, setup);
    redraw();
  },
  changed: redraw,
  ring: (kind) => sounds.ring(kind),
  read: (call, how) => sounds.read(call, how, setup),
  isOpen: (number) => calls.isOpen(number),
  isQuiet: (call) => call.silent || sounds.silent,
});
// After closing time every visit counts: with the last one the room is shown as closed.
const live = follow({ refreshOn: (name) => AT_ONCE.test(name) || state?.open === false });

function redraw() {
  drawn = turnOf(serverClock.now());
  if (turnTo(drawn)) translateBoth(document);
  draw({ state, setup, settings, calls, announcer, now: serverClock.now(), stale });
}

// Calls are taken one after the other, also if one waits for the right time to be known.
let order = Promise.resolve();

/** @param {Call} call */
function take(call) {
  order = order.then(() => consider(call));
}

/**
 * After an outage what was called meanwhile is shown, and announced only while it is news.
 * @param {Call} call
 */
async function consider(call) {
  const now = await serverClock.sure(async () => (await readSetup()).at);
  calls.put(call);
  if (call.open && now !== null && now - call.at < OLD_MS) announcer.add(call);
  redraw();
}

/**
 * Earlier calls are considered first, also while the right time is unknown.
 * @param {VisitEvent} event
 */
function leave({ number, state: now, at }) {
  order = order.then(() => {
    calls.leave(number, now, Date.parse(at));
    redraw();
  });
}

/** @param {boolean} now */
function setStale(now) {
  stale = now;
  sounds.stale = now;
  sounds.hint();
  redraw();
}

live.onStale(() => setStale(true));
live.onLive(() => setStale(false));

live.onState((newest) => {
  state = newest;
  sounds.quiet = state.quiet;
  serverClock.set(Date.parse(state.at));
  requested = { ...requested, news: false, state: performance.now() };
  for (const call of calls.news(state)) take(call);
  redraw();
});

live.onEvent(({ name, data }) => {
  if (CALLS.has(name)) take(Calls.of(name, data));
  else if (name === "branch.changed") configure();
  else if (name.startsWith("visit.")) leave(data);
  if (data.state === "waiting") sounds.prepareNumber(data);
  requested.news = true;
});

async function readSetup() {
  requested.setup = performance.now();
  const response = await fetch(`/display/${encodeURIComponent(page.branch)}/setup`, {
    credentials: "same-origin",
    cache: "no-store",
    signal: AbortSignal.timeout(8000),
  });
  if (response.status === 409) location.reload(); // it is run elsewhere now, and the page says so
  if (!response.ok) throw new Error(`the setup answered ${response.status}`);
  setup = await response.json();
  return setup;
}

async function configure() {
  if (live.closed) return;
  try {
    serverClock.set((await readSetup()).at);
  } catch {
    return; // The connection is lost; the next round asks again.
  }
  sounds.timezone = setup.timezone;
  sounds.quiet = setup.quiet;
  drawSetup(setup);
  prepareClips();
  redraw();
  keepUp();
}

/**
 * Load a new release of the service while nothing is announced. On a screen that was touched the
 * browser may owe its sound to the touch, which a reload forgets: staff load it again.
 */
function keepUp() {
  const isScreen = page.as === "display" && !navigator.userActivation.hasBeenActive;
  if (isScreen && setup.release !== RELEASE) reloadIfReachable(() => announcer.calls.length === 0);
}

/** Clips of the counters; asked for again while a language lacks one, as before a worker runs. */
function prepareClips() {
  if (page.as === "preview") return; // it makes no sound
  prepared = performance.now();
  sounds.prepareCounters(setup);
}

function tick() {
  drawTime(serverClock.now(), setup);
  sounds.hint();
  reportSound(sounds.health);
  if (turnOf(serverClock.now()) !== drawn) redraw();
  const now = performance.now();
  if (now - requested.state > (requested.news ? NEWS_MS : QUIET_MS)) {
    // A little apart from each other, where many screens hear the same.
    requested = { ...requested, news: false, state: now + Math.random() * 3000 };
    live.refresh();
    redraw();
  }
  if (now - requested.setup > SETUP_MS) configure();
  if (now - prepared > PREPARE_MS && !sounds.isPrepared) prepareClips();
}

settingsDialog(settings, {
  voiceOf: (lang) => sounds.voiceOf(lang),
  changed() {
    sounds.hint();
    redraw();
  },
  async tryOut() {
    const [counter] = Object.keys(setup.counters);
    await sounds.ring("call", { trial: true });
    const call = { number: "A012", counter, language: null, recalls: 0, at: 0 };
    await sounds.read({ ...call, again: false, open: true, silent: false, missed: null }, {
      trial: true,
    }, setup);
  },
});
serverClock.set(setup.at);
sounds.timezone = setup.timezone;
sounds.quiet = setup.quiet;
translate(document);
drawSetup(setup);
prepareClips();
showConnection(live, () => setup);
careForScreen();
tick();
document.fonts.ready.then(() => {
  forgetWidths();
  findAll(".stage__calls").forEach((list) => list.replaceChildren());
  redraw();
});
addEventListener("resize", redraw);
setInterval(tick, TICK_MS);
