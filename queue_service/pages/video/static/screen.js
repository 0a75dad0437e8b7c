// The screen in the booth: waits, calls, and holds the conversation with the clerk.

import { get, post } from "/static/js/api.js";
import { sentence, showConnection } from "/static/js/connection.js";
import { follow } from "/static/js/live.js";
import { $, el, page, pageData, reloadIfReachable, setText, show } from "/static/js/page.js";
import { language, setLanguage, t, translate } from "/static/js/texts.js";
import { counterNamed } from "/static/js/wording.js";
import { PeerConnection } from "./peer.js";
import { OwnMedia, play, WHOLE } from "./media.js";
import { Pointer } from "./pointer.js";
import { TextPanel } from "./text_panel.js";

/** @import { CounterInState, ScreenData } from "/static/js/types.d.ts" */
/** @import { PeerState, Note } from "./peer.js" */
/** @import { Said } from "./media.js" */
/** @typedef {"over" | "missed" | "again"} Parting how a number has left the counter */

const REFRESHING = /^(visit|counter|branch|day)\./;
const OVER_MS = 8000;
const MISSED_MS = 20_000; // to a citizen who has just sat down
const RELOAD_MS = 3_600_000;
const JOINED_MS = 20_000; // for so long it is said that another clerk has come
const BEGUN = "video.begun"; // the number of the conversation that this page is in

/** @type {Record<string, Parting>} */
const PARTING = {
  "visit.completed": "over",
  "visit.no_show": "missed",
  "visit.requeued": "again",
  "visit.transferred": "again",
  "visit.parked": "again",
};

/** @type {ScreenData} */
const data = pageData();
const { telephone } = data;
const path = `/counters/${encodeURIComponent(data.counter)}/video`;

/** @type {string | null} */
let number = null; // the visit that is called or served here
/** @type {string | null} */
let former = null; // who was, while it is said how that ended
let over = false; // whether the conversation with that number is over
/** @type {Parting} */
let parting = "over";
/** @type {PeerConnection | null} */
let peer = null;
let starting = false;
let served = false; // whether the number is being served already, so that this page was opened again
let joined = false;
let open = true; // the branch
/** @type {ReturnType<typeof setTimeout> | undefined} */
let leaving;
let showsDocument = false;
let showsWindow = false;
/** @type {Said} */
let theirSaid = WHOLE;

const video = (/** @type {string} */ selector) => /** @type {HTMLVideoElement} */ ($(selector));
const [theirs, own, shown] = [video("#theirs"), video("#own"), video("#shown")];
const media = new OwnMedia(own, () => {
  peer?.setOwn(media.stream);
  if (!sees()) showDocument(false);
  tellOwn();
});
const pointers = {
  window: new Pointer(
    shown,
    $("#pointer"),
    (at) => peer?.note({ type: "point", on: "window", at }),
  ),
  document: new Pointer(own, $("#pointer"), (at) => {
    if (showsDocument) peer?.note({ type: "point", on: "document", at });
  }),
};

const text = new TextPanel((note) => peer?.note(note));

/** The state of this page, over a reload of it. */
const begun = {
  get: () => sessionStorage.getItem(BEGUN),
  set: (/** @type {string | null} */ value) =>
    value === null ? sessionStorage.removeItem(BEGUN) : sessionStorage.setItem(BEGUN, value),
};

// --- Drawing -----------------------------------------------------------------------------------------

function draw() {
  const called = number && data.bound ? "called" : "idle";
  const view = over ? "over" : peer ? "talk" : called;
  const main = $("#main");
  drawIdle();
  setText($("#called-to"), t("called", { counter: counterName() }));
  setText($("#called-number"), number ?? "");
  setText($("#called-lead"), t(served ? "called.again" : "called.lead"));
  setText($("#begin-words"), t(starting ? "begin.starting" : served ? "begin.again" : "begin"));
  show("#talk", view === "talk");
  drawOver();
  drawTalk();
  drawConnection();
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

const counterName = (lang = language()) => counterNamed(data.name, lang);

// In all languages of the branch, as on the display: no citizen has chosen one yet.
function drawIdle() {
  setText($("#idle-title"), t("idle", { counter: counterName() }));
  setText($("#idle-lead"), t(!data.bound ? "idle.unbound" : open ? "idle.lead" : "idle.closed"));
  show("#idle-number", open && data.bound);
  show("#idle-others", data.bound);
  const others = data.languages.filter((lang) => lang !== language());
  const drawn = JSON.stringify([others, open]);
  if ($("#idle-others").dataset.drawn === drawn) return;
  $("#idle-others").dataset.drawn = drawn;
  $("#idle-others").replaceChildren(...others.map((lang) => el("p", { lang }, idleIn(lang))));
}

/** @param {string} lang */
function idleIn(lang) {
  const title = `${t("idle", { counter: counterName(lang) }, lang)}.`;
  const rest = open ? ["idle.lead", "idle.number"] : ["idle.closed"];
  return [title, ...rest.map((key) => t(key, {}, lang))].join(" ");
}

// While the number is still here, there is a way back; else how it goes on.
function drawOver() {
  const how = number === null ? parting : "over";
  const values = { number: former };
  $("#main").dataset.parting = how;
  setText($("#over-title"), t(how === "over" ? "over" : `over.${how}`, values));
  setText($("#over-lead"), t(`over.${how === "over" ? "lead" : `${how}.lead`}`, values));
  setText($("#over-next"), how === "over" ? t("over.next") : "");
  show("#back", number !== null);
}

function drawTalk() {
  const state = peer?.state ?? "waiting";
  const talk = $("#talk");
  const missing = media.media?.missing ?? null;
  talk.dataset.peer = state;
  talk.dataset.shows = showsDocument ? "document" : showsWindow ? "window" : "person";
  talk.dataset.theirs = state === "connected" && !has(theirSaid, "camera") ? "unseen" : "seen";
  show("#shown", showsWindow && !showsDocument);
  show("#own-box", sees());
  show("#mute", missing !== "all" && missing !== "microphone");
  show("#document", sees());
  show("#again", missing !== null);
  setText($("#mute-words"), t(media.muted ? "unmute" : "mute"));
  $("#mute").toggleAttribute("data-on", media.muted);
  setText($("#document-words"), t(showsDocument ? "document.done" : "document"));
  $("#document").toggleAttribute("data-on", showsDocument);
  text.draw();
  show("#lost", state === "lost");
  note("#status", state === "waiting" || state === "connecting" ? t(state) : "");
  note(
    "#own-trouble",
    missing && state !== "lost" ? `${t(`missing.${missing}`)} ${wayOut(missing)}`.trim() : "",
  );
  note("#their-trouble", state === "connected" ? theirTrouble() : "");
  note("#joined", joined ? t("joined") : "");
  note("#hold", caption());
}

/**
 * @param {string} name
 * @param {string} words
 */
function note(name, words) {
  setText($(name), words);
  show(name, words !== "");
}

/**
 * @param {Said} said
 * @param {"camera" | "microphone"} what
 */
const has = ({ missing }, what) => missing !== what && missing !== "all";

/** Whether the other end sees this one. */
const sees = () => media.stream !== null && has(media.said, "camera");

function theirTrouble() {
  const { missing, muted } = theirSaid;
  if (missing) return `${t(`their.${missing}`)} ${wayOut(missing)}`.trim();
  return muted ? t("their.muted") : "";
}

function caption() {
  if (showsDocument) {
    const words = `${t("document.hold")} ${t("nothing.recorded")}`;
    return showsWindow ? `${words} ${t("document.before")}` : words;
  }
  return showsWindow ? t("share.hold") : "";
}

/**
 * Without sound there is no conversation.
 * @param {Said["missing"]} missing
 */
const wayOut = (missing) =>
  missing === "camera" ? "" : telephone ? t("way.telephone", { telephone }) : t("way.staff");

// --- The conversation --------------------------------------------------------------------------------

async function begin() {
  if (starting || peer || !number || !data.bound) return;
  starting = true;
  over = false;
  draw();
  const mine = number;
  await media.open();
  starting = false;
  if (number !== mine) { // called away while the browser asked for the camera
    media.close();
    draw();
    return;
  }
  begun.set(number);
  await talk();
}

async function talk() {
  showsDocument = showsWindow = joined = false;
  theirSaid = WHOLE;
  const opened = peer = new PeerConnection({
    path,
    party: "screen",
    servers: async () => (await get(path)).ice_servers,
    onState: follows,
    onNote: take,
    onOpen: () => text.sendWhole(),
    onResult: (result) => post(`${path}/lines`, { result }).catch(() => {}), // for operators alone
  });
  const lost = telephone ? t("lost.telephone", { telephone }) : t("lost.staff");
  $("#lost").replaceChildren(el("p", {}, t("lost")), el("p", {}, lost));
  tellOwn();
  await opened.start(media.stream);
}

/** @param {PeerState} state */
async function follows(state) {
  if (state === "ended") return end();
  if (state === "connected" && peer) {
    play(shown, peer.shown);
    show("#sound", !(await play(theirs, peer.theirs)));
  } else {
    peer?.sharpen(false);
    showsWindow = showsDocument = false; // nor does the other end show them until it is back
    theirSaid = WHOLE;
  }
  draw();
}

/** @param {Note} told */
function take(told) {
  text.take(told);
  const { type, on, at, missing, muted } = told;
  if (type === "joined") sayJoined();
  if (type === "window") showsWindow = on === true;
  if (type === "document") showDocument(on === true && sees(), on === true && !sees());
  if (type === "media") theirSaid = /** @type {Said} */ ({ missing, muted });
  if (type === "point" && (on === "window" || on === "document")) {
    pointers[on].show(/** @type {{ x: number, y: number }} */ (at));
  }
  draw();
}

function sayJoined() {
  joined = true;
  setTimeout(() => {
    joined = false;
    draw();
  }, JOINED_MS);
}

/** The conversation is over, at either end. */
function end() {
  letGo();
  over = true;
  parting = "over";
  leaveSoon();
  draw();
}

function letGo() {
  peer?.close();
  peer = null;
  media.close();
  text.clear();
  begun.set(null);
  pointers.window.hide();
  for (const element of [theirs, shown]) element.srcObject = null;
}

function leaveSoon() {
  clearTimeout(leaving);
  leaving = setTimeout(() => {
    over = over && number !== null; // with the number still here the way back stays
    if (number === null) setLanguage(page.lang);
    draw();
  }, parting === "missed" ? MISSED_MS : OVER_MS);
}

function tellOwn() {
  peer?.announce({ type: "media", ...media.said });
  draw();
}

/**
 * @param {boolean} on
 * @param {boolean} tells whether the other end does not know of it yet
 */
function showDocument(on, tells = on !== showsDocument) {
  showsDocument = on;
  if (tells) peer?.note({ type: "document", on });
  peer?.sharpen(on);
  draw();
}

// --- What happens in the branch ------------------------------------------------------------------------

/** @param {CounterInState | undefined} stand */
function arrive(stand) {
  const next = stand?.number ?? null;
  served = stand?.state === "serving";
  if (begun.get() !== next) begun.set(null); // over while the page was away
  if (next === number) return draw();
  const missed = number !== null && parting === "missed"; // also without a start
  if (peer || media.media) { // the visit has left the counter
    letGo();
    over = next === null;
    leaveSoon();
  } else if (over || missed) {
    over = next === null;
    leaveSoon();
  }
  if (next) parting = "over";
  else former = number;
  number = next;
  if (next || !over) setLanguage(next && stand?.language ? stand.language : page.lang);
  draw();
  if (next && begun.get() === next) begin();
  return undefined;
}

$("#begin").addEventListener("click", begin);
$("#back").addEventListener("click", begin);
$("#again").addEventListener("click", () => media.renew());
$("#end").addEventListener("click", () => {
  peer?.end();
  end();
});
$("#mute").addEventListener("click", () => {
  media.mute(!media.muted);
  tellOwn();
});
$("#document").addEventListener("click", () => showDocument(!showsDocument));
$("#sound").addEventListener("click", async () => {
  show("#sound", !(await play(theirs, peer?.theirs ?? null)));
});
addEventListener("pagehide", () => peer?.close());
setInterval(() => {
  reloadIfReachable(() => number === null && !over);
}, RELOAD_MS);

const live = follow({ refreshOn: (name) => REFRESHING.test(name) });
const drawConnection = showConnection(
  live,
  (staleness) => peer?.state === "connected" ? t("connection.talk") : sentence(staleness),
);
translate(document);
draw();
live.onState((state) => {
  open = state.open;
  arrive(state.counters.find(({ id }) => id === data.counter));
});
live.onEvent(({ name, data: told }) => {
  if (name === "video.message") peer?.read();
  if (name in PARTING && told.number === number) parting = PARTING[name];
  else if (over && told.number === former && PARTING[name] === "again") {
    parting = "again"; // it was not missed after all
    leaveSoon();
    draw();
  }
});
