// The picture next to the visit: the connection to the screen, the document, the window that is
// shown.

import { get, post } from "/static/js/api.js";
import { $, $input, el, setText, show } from "/static/js/page.js";
import { language, t } from "/static/js/texts.js";
import { button } from "/static/pages/counter/draw.js";
import { changed, current } from "/static/pages/counter/model.js";
import { PeerConnection } from "./peer.js";
import { closeMedia, OwnMedia, play, WHOLE } from "./media.js";
import { Pointer } from "./pointer.js";
import { ENOUGH, Rate } from "./rate.js";
import { TextPanel } from "./text_panel.js";
import { branchName, screenName } from "./screens.js";

/** @import { Bindings } from "/static/js/keys.js" */
/** @import { PeerState, Note } from "./peer.js" */
/** @import { Said } from "./media.js" */
/** @import { Child } from "/static/js/page.js" */
/** @typedef {{ branch: string, counter: string, visit: string, page: string }} Where `page`: this one */
/** @typedef {{ title: string, address: string }} Form */

const MEASURE_MS = 2000;
const JOINED_MS = 20_000; // for so long it is said that another page has come at the screen

/** @type {Where | null} */
let where = null;
/** @type {PeerConnection | null} */
let peer = null;
/** @type {MediaStream | null} */
let shared = null;
/** @type {string | null} */
let telephone = null;
let showsDocument = false;
let joinedAt = -JOINED_MS;
/** @type {Said} */
let theirSaid = WHOLE;

const video = (/** @type {string} */ selector) => /** @type {HTMLVideoElement} */ ($(selector));
const [theirs, own, preview] = [video("#theirs"), video("#own"), video("#window")];
const media = new OwnMedia(own, () => {
  peer?.setOwn(media.stream);
  tellOwn();
});
const pointers = {
  window: new Pointer(
    preview,
    $("#pointer"),
    (at) => peer?.note({ type: "point", on: "window", at }),
  ),
  document: new Pointer(theirs, $("#pointer"), (at) => {
    if (showsDocument) peer?.note({ type: "point", on: "document", at });
  }),
};

const text = new TextPanel((note) => peer?.note(note));
const rates = { sent: new Rate(), received: new Rate() };

/** Whether the two talk, whatever the service does. */
export const talking = () => peer?.state === "connected";

/** Whether another clerk has taken the conversation over. */
export const isTaken = () => peer?.state === "taken";

/** The visit of the picture; null for none. */
export const visitInPicture = () => where?.visit ?? null;

let formsOf = "";

/**
 * Offer the forms that the playbook has for the visit's service.
 * @param {string} branch
 * @param {string} service
 */
export async function offerForms(branch, service) {
  const wanted = `${branch}/${service}`;
  if (formsOf === wanted) return;
  formsOf = wanted;
  show("#forms", false);
  const query = { branch, lang: language() };
  const found = await get("/api/v1/playbook", { query }).catch(() => null);
  if (formsOf !== wanted) return;
  /** @type {Form[]} */
  const forms =
    found?.entries.find((/** @type {any} */ one) => one.service === service)?.text.forms ?? [];
  $("#forms-list").replaceChildren(...forms.map(formLink));
  show("#forms", forms.length > 0);
}

/** @param {Form} form */
const formLink = ({ title, address }) =>
  el(
    "a",
    {
      class: "button button--small",
      href: address,
      target: "_blank",
      rel: "noopener noreferrer",
    },
    title,
  );

/** Read what the screen has sent. */
export const read = () => peer?.read();

/**
 * Connect with the screen at which a visit is.
 * @param {Where} next
 */
export async function connect(next) {
  if (where?.visit === next.visit) return;
  hangUp();
  where = next;
  $input("#address-field").value = ""; // it was of the former visit
  setText($("#address-trouble"), "");
  draw();
  if (await media.open()) await begin();
}

/**
 * The address of the video at a screen.
 * @param {{ branch: string, counter: string }} screen
 */
export function videoPath({ branch, counter }) {
  const address = `/api/v1/branches/${encodeURIComponent(branch)}`;
  return `${address}/counters/${encodeURIComponent(counter)}/video`;
}

async function begin() {
  if (!where) return;
  peer?.close();
  theirSaid = WHOLE;
  const path = videoPath(where);
  const begun = peer = new PeerConnection({
    path,
    party: "clerk",
    page: where.page,
    servers: async () => {
      const { ice_servers: servers, telephone: known } = await get(path);
      telephone = known;
      return servers;
    },
    onState: follow,
    onNote: take,
    onOpen: () => text.sendWhole(),
  });
  if (shared) begun.show(shared.getVideoTracks()[0]);
  tellOwn();
  await begun.start(media.stream);
}

/** Take it back: the other page receives no more of it, and the citizen sees that. */
export async function takeBack() {
  if (!where) return;
  await post(`${videoPath(where)}/take-over`, { page: where.page }).catch(() => null);
  if (await media.open()) await begin();
}

/** Close the connection, the camera and the window. */
export function hangUp() {
  peer?.close();
  peer = null;
  where = null;
  text.clear();
  for (const rate of Object.values(rates)) rate.add(null);
  letGoOfMedia();
  draw();
}

function letGoOfMedia() {
  media.close();
  closeMedia(shared);
  shared = null;
  showsDocument = false;
  pointers.window.hide();
  for (const element of [theirs, preview]) element.srcObject = null;
}

/** The page goes: the screen looks for it until it is back. */
export const letGo = () => peer?.close();

/** @param {PeerState} state */
function follow(state) {
  if (state === "connected" && peer) play(theirs, peer.theirs);
  else {
    showsDocument = false;
    theirSaid = WHOLE;
  }
  if (state === "ended" || isTaken()) text.clear();
  if (isTaken()) letGoOfMedia();
  draw();
  if (isTaken()) changed();
}

/** @param {Note} note */
function take(note) {
  text.take(note);
  const { type, on, at, missing, muted } = note;
  if (type === "document") showsDocument = on === true;
  if (type === "joined") joinedAt = performance.now();
  if (type === "media") theirSaid = /** @type {Said} */ ({ missing, muted });
  if (type === "point" && (on === "window" || on === "document")) {
    pointers[on].show(/** @type {{ x: number, y: number }} */ (at));
  }
  draw();
}

// --- Drawing -----------------------------------------------------------------------------------------

/** Draw what changes; again with another language. */
export function draw() {
  show("#video", where !== null && !isTaken());
  if (!where || isTaken()) return;
  const connected = talking();
  const unseen = connected && without(theirSaid, "camera");
  const picture = $("#theirs").parentElement;
  if (picture) picture.dataset.peer = peer?.state ?? "waiting";
  if (picture) picture.dataset.shows = shows();
  if (picture) picture.dataset.theirs = unseen ? "unseen" : "seen"; // the last picture is not kept
  show("#window", shared !== null);
  show("#frame", showsDocument);
  show("#own", shows() === "person" && media.stream !== null && !without(media.said, "camera"));
  press("#mute", media.muted, media.muted ? "unmute" : "mute");
  press("#document", showsDocument, showsDocument ? "document.stop" : "document.ask");
  press("#share", shared !== null, shared ? "share.stop" : "share");
  enable("#mute", media.stream !== null && !without(media.said, "microphone"));
  enable("#document", connected && !unseen);
  enable("#share", connected);
  enable("#write", connected);
  text.draw();
  drawRates(connected);
  drawHelp(connected ? help() : []);
  drawStatus(peer?.state ?? "waiting");
}

/** The large picture: the citizen, the document, or the window that the citizen sees now. */
const shows = () => (showsDocument ? "document" : shared ? "window" : "person");

/**
 * @param {Said} said
 * @param {"camera" | "microphone"} what
 */
const without = ({ missing }, what) => missing === what || missing === "all";

/**
 * @param {string} name
 * @param {boolean} on
 * @param {string} words
 */
function press(name, on, words) {
  $(name).toggleAttribute("data-on", on);
  setText($(`${name}-words`), t(words));
}

/**
 * @param {string} name
 * @param {boolean} on
 */
function enable(name, on) {
  /** @type {HTMLButtonElement} */ ($(name)).disabled = !on;
}

// Remarks on the citizen's picture and sound now, as far as it is not simply the clerk.
function help() {
  const found = [];
  if (performance.now() - joinedAt < JOINED_MS) found.push(t("joined.screen"));
  if (showsDocument) found.push(t("document.asked"));
  if (showsDocument && shared) found.push(t("document.hides"));
  if (shared && !showsDocument) found.push(t("share.help"));
  if (without(theirSaid, "camera")) found.push(t("document.unseen"));
  if (media.muted) found.push(t("muted.help"));
  if (theirSaid.muted && !theirSaid.missing) found.push(t("their.muted"));
  return found;
}

// A document is sharp at the cost of frames: then they say nothing about signs.
async function measure() {
  const measured = talking() && !showsDocument ? await peer?.rates() : null;
  rates.received.add(without(theirSaid, "camera") ? null : measured?.received ?? null);
  rates.sent.add(without(media.said, "camera") ? null : measured?.sent ?? null);
  draw();
}

/** @param {boolean} connected */
function drawRates(connected) {
  const [received, sent] = [rates.received.value, rates.sent.value];
  const known = connected && (received !== null || sent !== null);
  const values = { received: received ?? "–", sent: sent ?? "–" };
  setText($("#rate"), known ? t("rate", values) : "");
  const slow = [
    ...(rates.received.isLow ? ["received"] : []),
    ...(rates.sent.isLow ? ["sent"] : []),
  ];
  const which = slow.length === 2 ? "both" : slow[0];
  setText($("#rate-words"), connected && which ? t(`rate.${which}.low`, { enough: ENOUGH }) : "");
}

/** @param {string[]} sentences */
function drawHelp(sentences) {
  const words = sentences.join(" ");
  if ($("#help-words").dataset.words === words) return;
  $("#help-words").dataset.words = words;
  $("#help-words").replaceChildren(...sentences.map((one) => el("p", {}, one)));
}

let drawn = "";

/** @param {PeerState} state */
function drawStatus(state) {
  const facts = JSON.stringify([
    state,
    where,
    current()?.state,
    media.media,
    theirSaid,
    telephone,
    document.body.dataset.lang,
  ]);
  if (facts === drawn) return;
  drawn = facts;
  const parts = [...words(state), ...trouble()];
  $("#status").replaceChildren(...parts);
  show("#status", parts.length > 0);
}

/**
 * @param {PeerState} state
 * @returns {HTMLElement[]}
 */
function words(state) {
  if (!where) return [];
  if (state === "connected") return theirTrouble().map(sentence);
  if (state === "waiting") {
    const values = { counter: screenName(where), branch: branchName(where.branch) };
    return [sentence(t("peer.waiting", values)), ...whoPresses()];
  }
  if (state === "lost") {
    const told = telephone ? t("peer.lost.telephone", { telephone }) : t("peer.lost.staff");
    return [sentence(t("peer.lost")), sentence(told), ...whoPresses()];
  }
  return [sentence(t(`peer.${state}`)), ...(state === "connecting" ? whoPresses() : [])];
}

// A screen that was opened again does not switch its camera on by itself.
const whoPresses = () => current()?.state === "serving" ? [sentence(t("peer.press"))] : [];

/** Also what the citizen sees if they cannot hear each other. */
function theirTrouble() {
  const { missing } = theirSaid;
  if (!missing) return [];
  const told = telephone ? t("their.told.telephone", { telephone }) : t("their.told.staff");
  return missing === "camera" ? [t("their.camera")] : [t(`their.${missing}`), told];
}

function trouble() {
  const { missing, why } = media.media ?? {};
  if (!missing) return [];
  const again = button(t("media.again"), {
    key: "media",
    press: () => media.renew(),
    classes: "button--small",
  });
  return [sentence(`${t(`missing.${missing}`)} ${t(`why.${why}`)}`), again];
}

/** @param {Child} text */
const sentence = (text) => el("p", {}, text);

// --- What the buttons do -------------------------------------------------------------------------------

function tellOwn() {
  peer?.announce({ type: "media", ...media.said });
  draw();
}

function mute() {
  media.mute(!media.muted);
  tellOwn();
}

/** @param {boolean} on */
function askForDocument(on) {
  showsDocument = on;
  peer?.note({ type: "document", on });
  draw();
}

async function shareWindow() {
  const asked = where;
  const found = await navigator.mediaDevices
    .getDisplayMedia({ video: true, audio: false })
    .catch(() => null); // the clerk has thought better of it
  if (!found || !peer || where !== asked) return closeMedia(found); // not to a later visit
  const [track] = found.getVideoTracks();
  track.addEventListener("ended", stopSharing);
  shared = found;
  play(preview, shared);
  peer.show(track);
  askForDocument(false); // the last request is shown
  return undefined;
}

function stopSharing() {
  closeMedia(shared);
  shared = null;
  peer?.show(null);
  draw();
}

/**
 * The typed text as an https:// address, also if it is written as on a sign: "borger.dk/pas".
 * @param {string} typed
 */
function addressOf(typed) {
  const address = /^[\w-]+\.[^\s@]+$/.test(typed) ? `https://${typed}` : typed;
  return URL.canParse(address) && new URL(address).protocol === "https:" ? address : null;
}

/** @param {Event} event */
function openAddress(event) {
  event.preventDefault();
  const address = addressOf($input("#address-field").value.trim());
  setText($("#address-trouble"), address ? "" : t("address.https"));
  if (address) open(address, "_blank", "noopener,noreferrer");
}

/**
 * The keys of a conversation.
 * @type {Bindings}
 */
export const TALK_KEYS = {
  mute: () => $("#mute").click(),
  ask_document: () => $("#document").click(),
  share_window: () => $("#share").click(),
};

setInterval(() => where && measure(), MEASURE_MS);
$("#mute").addEventListener("click", mute);
$("#document").addEventListener("click", () => askForDocument(!showsDocument));
$("#share").addEventListener("click", () => (shared ? stopSharing() : shareWindow()));
$("#address").addEventListener("submit", openAddress);
