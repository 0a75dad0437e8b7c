// The screen in the booth: waits, calls, and holds the conversation with whoever helps.

import { get, post } from "/static/js/api.js";
import { showConnection } from "/static/js/connection.js";
import { follow } from "/static/js/live.js";
import { $, el, page, pageData, reloadIfReachable, setText, show } from "/static/js/page.js";
import { named, setLanguage, t, translate } from "/static/js/texts.js";
import { translatedCounter } from "/static/js/wording.js";
import { Line } from "./line.js";
import { closeMedia, openMedia, play } from "./media.js";
import { Pointer } from "./pointer.js";

/** @import { CounterInState, ScreenData } from "/static/js/types.d.ts" */
/** @import { LineState, Note } from "./line.js" */
/** @import { Media } from "./media.js" */

const REFRESHING = /^(visit|counter|branch|day)\./;
const OVER_MS = 8000;
const RELOAD_MS = 3_600_000;
const BEGUN = "video.begun"; // the number of the conversation that this page is in

/** @type {ScreenData} */
const data = pageData();
const path = `/counters/${encodeURIComponent(data.counter)}/video`;

/** @type {string | null} */
let number = null; // who is called or served here
let over = false; // whether the conversation with that number is over
/** @type {Line | null} */
let line = null;
/** @type {Media | null} */
let media = null;
let starting = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let leaving;
let showsDocument = false;
let showsWindow = false;

const video = (/** @type {string} */ selector) => /** @type {HTMLVideoElement} */ ($(selector));
const [theirs, own, shown] = [video("#theirs"), video("#own"), video("#shown")];
const pointers = {
  window: new Pointer(
    shown,
    $("#pointer"),
    (at) => line?.note({ type: "point", on: "window", at }),
  ),
  document: new Pointer(own, $("#pointer"), (at) => {
    if (showsDocument) line?.note({ type: "point", on: "document", at });
  }),
};

/** What this page is in, over a reload of it. */
const begun = {
  get: () => sessionStorage.getItem(BEGUN),
  set: (/** @type {string | null} */ value) =>
    value === null ? sessionStorage.removeItem(BEGUN) : sessionStorage.setItem(BEGUN, value),
};

// --- Drawing -----------------------------------------------------------------------------------------

function draw() {
  const view = over ? "over" : line ? "talk" : number ? "called" : "idle";
  const main = $("#main");
  const counter = typeof data.name === "string" ? translatedCounter(data.name) : named(data.name);
  setText($("#idle-title"), t("idle", { counter }));
  setText($("#called-to"), t("called", { counter }));
  setText($("#called-number"), number ?? "");
  setText($("#begin-words"), t(starting ? "begin.starting" : "begin"));
  show("#talk", view === "talk");
  show("#back", number !== null);
  drawTalk();
  if (main.dataset.view === view) return;
  main.dataset.view = view;
  const titles = {
    idle: "#idle-title",
    called: "#called-number",
    talk: "#talk",
    over: "#over-title",
  };
  $(titles[view]).focus();
}

function drawTalk() {
  const state = line?.state ?? "waiting";
  $("#talk").dataset.line = state;
  $("#talk").dataset.shows = showsDocument ? "document" : showsWindow ? "window" : "person";
  show("#shown", showsWindow && !showsDocument);
  show("#hold", showsDocument);
  $("#document").setAttribute("aria-pressed", String(showsDocument));
  setText($("#document-words"), t(showsDocument ? "document.done" : "document"));
  show("#document", media?.missing === null);
  show("#lost", state === "lost");
  drawStatus(state);
}

/** @param {LineState} state */
function drawStatus(state) {
  const words = {
    waiting: t("waiting"),
    connecting: t("connecting"),
    connected: media?.missing === "camera" ? t("camera.none") : "",
  }[state === "lost" || state === "ended" || state === "taken" ? "connected" : state];
  const missing = media?.missing === "all" ? `${t("media.none")} ${wayOut()}` : words;
  setText($("#status"), missing);
  show("#status", missing !== "" && !showsDocument && state !== "lost");
}

const wayOut = () =>
  data.telephone ? t("lost.telephone", { telephone: data.telephone }) : t("lost.staff");

// --- The conversation --------------------------------------------------------------------------------

async function begin() {
  if (starting || line || !number) return;
  starting = true;
  over = false;
  draw();
  const mine = number;
  const found = await openMedia();
  starting = false;
  if (number !== mine) { // called away while the browser asked for the camera
    closeMedia(found.stream);
    draw();
    return;
  }
  media = found;
  begun.set(number);
  await talk();
}

async function talk() {
  showsDocument = showsWindow = false;
  const opened = line = new Line({
    path,
    party: "screen",
    servers: async () => (await get(path)).ice_servers,
    onState: follows,
    onNote: take,
    onResult: (result) => post(`${path}/lines`, { result }).catch(() => {}), // for operators alone
  });
  play(own, media?.stream ?? null);
  setMuted(false);
  $("#lost").replaceChildren(el("p", {}, t("lost")), el("p", {}, wayOut()));
  draw();
  await opened.start(media?.stream ?? null);
}

/** @param {LineState} state */
async function follows(state) {
  if (state === "ended") return end();
  if (state === "connected" && line) {
    play(shown, line.shown);
    show("#sound", !(await play(theirs, line.theirs)));
  } else {
    showsWindow = showsDocument = false; // nor does the other end show them until it is back
  }
  draw();
}

/** @param {Note} note */
function take({ type, on, at }) {
  if (type === "window") showsWindow = on === true;
  if (type === "document") showsDocument = on === true;
  if (type === "point" && (on === "window" || on === "document")) {
    pointers[on].show(/** @type {{ x: number, y: number }} */ (at));
  }
  draw();
}

/** The conversation is over, whoever ended it. */
function end() {
  letGo();
  over = true;
  leaveSoon();
  draw();
}

function letGo() {
  line?.close();
  line = null;
  closeMedia(media?.stream);
  media = null;
  begun.set(null);
  pointers.window.hide();
  for (const element of [theirs, own, shown]) element.srcObject = null;
}

function leaveSoon() {
  clearTimeout(leaving);
  leaving = setTimeout(() => {
    over = over && number !== null; // with the number still here the way back stays
    draw();
  }, OVER_MS);
}

/** @param {boolean} muted */
function setMuted(muted) {
  for (const track of media?.stream?.getAudioTracks() ?? []) track.enabled = !muted;
  $("#mute").setAttribute("aria-pressed", String(muted));
  setText($("#mute-words"), t(muted ? "muted" : "mute"));
}

/** @param {boolean} on */
function showDocument(on) {
  showsDocument = on;
  line?.note({ type: "document", on });
  draw();
}

// --- What happens in the branch ------------------------------------------------------------------------

/** @param {CounterInState | undefined} stand */
function arrive(stand) {
  const next = stand?.number ?? null;
  if (begun.get() !== next) begun.set(null); // over while the page was away
  if (next === number) return draw();
  if (line || media) { // the visit has left the counter
    letGo();
    over = next === null;
    leaveSoon();
  } else if (over) {
    over = next === null;
    leaveSoon();
  }
  number = next;
  setLanguage(next && stand?.language ? stand.language : page.lang);
  draw();
  if (next && begun.get() === next) begin();
  return undefined;
}

$("#begin").addEventListener("click", begin);
$("#back").addEventListener("click", begin);
$("#end").addEventListener("click", () => {
  line?.end();
  end();
});
$("#mute").addEventListener("click", () => {
  setMuted($("#mute").getAttribute("aria-pressed") !== "true");
});
$("#document").addEventListener("click", () => showDocument(!showsDocument));
$("#sound").addEventListener("click", async () => {
  show("#sound", !(await play(theirs, line?.theirs ?? null)));
});
addEventListener("pagehide", () => line?.close());
setInterval(() => {
  reloadIfReachable(() => number === null && !over);
}, RELOAD_MS);

translate(document);
draw();
const live = follow({ refreshOn: (name) => REFRESHING.test(name) });
showConnection(live);
live.onState((state) => arrive(state.counters.find(({ id }) => id === data.counter)));
live.onEvent(({ name }) => {
  if (name === "video.message") line?.read();
});
