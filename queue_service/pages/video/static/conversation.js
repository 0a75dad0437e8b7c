// The picture beside the visit: the line to the screen, the document, the window that is shown.

import { get } from "/static/js/api.js";
import { $, $input, el, setText, show } from "/static/js/page.js";
import { language, t } from "/static/js/texts.js";
import { button } from "/static/pages/counter/draw.js";
import { Line } from "./line.js";
import { closeMedia, openMedia, play } from "./media.js";
import { Pointer } from "./pointer.js";
import { branchName, screenName } from "./screens.js";

/** @import { LineState, Note } from "./line.js" */
/** @import { Media } from "./media.js" */
/** @import { Child } from "/static/js/page.js" */
/** @typedef {{ branch: string, counter: string, visit: string }} Where */
/** @typedef {{ title: string, address: string }} Form */

/** @type {Where | null} */
let where = null;
/** @type {Line | null} */
let line = null;
/** @type {Media | null} */
let media = null;
/** @type {MediaStream | null} */
let shared = null;
/** @type {string | null} */
let telephone = null;
let showsDocument = false;

const video = (/** @type {string} */ selector) => /** @type {HTMLVideoElement} */ ($(selector));
const [theirs, own, preview] = [video("#theirs"), video("#own"), video("#window")];
const pointers = {
  window: new Pointer(
    preview,
    $("#pointer"),
    (at) => line?.note({ type: "point", on: "window", at }),
  ),
  document: new Pointer(theirs, $("#pointer"), (at) => {
    if (showsDocument) line?.note({ type: "point", on: "document", at });
  }),
};

/** Which visit the picture belongs to; null for none. */
export const visitInPicture = () => where?.visit ?? null;

let formsOf = "";

/**
 * Offer the forms that the playbook has for what the visit is about.
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
export const read = () => line?.read();

/**
 * Connect with the screen at which a visit is.
 * @param {Where} next
 */
export async function connect(next) {
  if (where?.visit === next.visit) return;
  hangUp();
  where = next;
  draw();
  const found = await openMedia();
  if (where !== next) {
    closeMedia(found.stream);
    return;
  }
  media = found;
  play(own, media.stream);
  setMuted(false);
  await begin();
}

async function begin() {
  if (!where) return;
  line?.close();
  const address = `/api/v1/branches/${encodeURIComponent(where.branch)}`;
  const path = `${address}/counters/${encodeURIComponent(where.counter)}/video`;
  const begun = line = new Line({
    path,
    party: "clerk",
    servers: async () => {
      const { ice_servers: servers, telephone: known } = await get(path);
      telephone = known;
      return servers;
    },
    onState: follow,
    onNote: take,
  });
  if (shared) begun.show(shared.getVideoTracks()[0]);
  draw();
  await begun.start(media?.stream ?? null);
}

/** Let go of the line, the camera and the window. */
export function hangUp() {
  line?.close();
  line = null;
  where = null;
  closeMedia(media?.stream);
  closeMedia(shared);
  media = shared = null;
  showsDocument = false;
  pointers.window.hide();
  for (const element of [theirs, own, preview]) element.srcObject = null;
  draw();
}

/** The page goes: the screen looks for it until it is back. */
export const letGo = () => line?.close();

/** @param {LineState} state */
function follow(state) {
  if (state === "connected" && line) play(theirs, line.theirs);
  if (state !== "connected") showsDocument = false;
  draw();
}

/** @param {Note} note */
function take({ type, on, at }) {
  if (type === "document") showsDocument = on === true;
  if (type === "point" && (on === "window" || on === "document")) {
    pointers[on].show(/** @type {{ x: number, y: number }} */ (at));
  }
  draw();
}

// --- Drawing -----------------------------------------------------------------------------------------

/** Draw what changes; again with another language. */
export function draw() {
  show("#video", where !== null);
  if (!where) return;
  const connected = line?.state === "connected";
  const picture = $("#theirs").parentElement;
  if (picture) picture.dataset.line = line?.state ?? "waiting";
  if (picture) picture.dataset.shows = shared ? "window" : showsDocument ? "document" : "person";
  show("#window", shared !== null);
  show("#frame", showsDocument && !shared);
  show("#own", !showsDocument || shared !== null);
  press("#document", showsDocument, showsDocument ? "document.stop" : "document.ask");
  press("#share", shared !== null, shared ? "share.stop" : "share");
  for (const name of ["#document", "#share"]) {
    /** @type {HTMLButtonElement} */ ($(name)).disabled = !connected;
  }
  const help = shared ? t("share.help") : showsDocument ? t("document.asked") : "";
  setText($("#help"), help);
  show("#help", help !== "");
  drawStatus(line?.state ?? "waiting");
}

/**
 * @param {string} name
 * @param {boolean} on
 * @param {string} words
 */
function press(name, on, words) {
  $(name).setAttribute("aria-pressed", String(on));
  setText($(`${name}-words`), t(words));
}

let drawn = "";

/** @param {LineState} state */
function drawStatus(state) {
  const facts = JSON.stringify([
    state,
    where,
    media?.missing,
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
 * @param {LineState} state
 * @returns {HTMLElement[]}
 */
function words(state) {
  if (!where || state === "connected") return [];
  if (state === "waiting") {
    const values = { counter: screenName(where), branch: branchName(where.branch) };
    return [sentence(t("line.waiting", values))];
  }
  if (state === "lost") {
    const told = telephone ? t("line.lost.telephone", { telephone }) : t("line.lost.staff");
    return [sentence(t("line.lost")), sentence(told)];
  }
  if (state === "taken") {
    return [sentence(t("line.taken")), button(t("line.back"), { key: "back", press: begin })];
  }
  return [sentence(t(`line.${state}`))];
}

function trouble() {
  if (!media?.missing) return [];
  const again = button(t("media.again"), {
    key: "media",
    press: openAgain,
    classes: "button--small",
  });
  return [sentence(t(media.missing === "all" ? "media.none" : "camera.none")), again];
}

/** @param {Child} text */
const sentence = (text) => el("p", {}, text);

async function openAgain() {
  const asked = where;
  const found = await openMedia();
  if (where !== asked) {
    closeMedia(found.stream);
    return;
  }
  closeMedia(media?.stream);
  media = found;
  play(own, media.stream);
  setMuted($("#mute").getAttribute("aria-pressed") === "true");
  line?.setOwn(media.stream);
  draw();
}

// --- What the buttons do -------------------------------------------------------------------------------

/** @param {boolean} muted */
function setMuted(muted) {
  for (const track of media?.stream?.getAudioTracks() ?? []) track.enabled = !muted;
  press("#mute", muted, muted ? "muted" : "mute");
}

/** @param {boolean} on */
function askForDocument(on) {
  showsDocument = on;
  line?.note({ type: "document", on });
  draw();
}

async function shareWindow() {
  const asked = where;
  const found = await navigator.mediaDevices
    .getDisplayMedia({ video: true, audio: false })
    .catch(() => null); // the clerk has thought better of it
  if (!found || !line || where !== asked) return closeMedia(found); // not to whoever came since
  const [track] = found.getVideoTracks();
  track.addEventListener("ended", stopSharing);
  shared = found;
  play(preview, shared);
  line.show(track);
  draw();
  return undefined;
}

function stopSharing() {
  closeMedia(shared);
  shared = null;
  line?.show(null);
  draw();
}

/** @param {Event} event */
function openAddress(event) {
  event.preventDefault();
  const typed = $input("#address-field").value.trim();
  const fits = URL.canParse(typed) && new URL(typed).protocol === "https:";
  setText($("#address-trouble"), fits ? "" : t("address.https"));
  if (fits) open(typed, "_blank", "noopener,noreferrer");
}

$("#mute").addEventListener("click", () => {
  setMuted($("#mute").getAttribute("aria-pressed") !== "true");
});
$("#document").addEventListener("click", () => askForDocument(!showsDocument));
$("#share").addEventListener("click", () => (shared ? stopSharing() : shareWindow()));
$("#address").addEventListener("submit", openAddress);
