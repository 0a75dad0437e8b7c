// Calls for help from kiosks: on top, heard, and answered with one press.

import { get } from "/static/js/api.js";
import { $, announce, el, icon, page, store, stored } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { t, tn } from "/static/js/texts.js";
import { keep, keepText } from "/static/js/ticking.js";
import { stopwatch } from "/static/js/times.js";
import { Chime } from "/static/pages/display/chime.js";
import { send, spoken } from "./model.js";
import { button, draw, note } from "./parts.js";

/** @import { HelpCall } from "/static/js/types.d.ts" */

const RING_EVERY_MS = 4000;
const BLINK_MS = 1000;
const LATE_SECONDS = 120;
const VOLUME = 0.8;
const KEPT = `reception.sound.${page.branch}`;

const settings = { mute: false, ...stored(KEPT) };
const chime = new Chime(drawSound);
const baseTitle = document.title;
/** @type {Set<string>} */
const known = new Set(); // calls that were announced already
/** @type {HelpCall[]} */
let calls = [];
let lost = false;
let redraw = () => {};

const wanted = () => calls.filter(({ state }) => state === "open");

/** @param {() => void} draw */
export function begin(draw) {
  redraw = draw;
  $("#sound").addEventListener("click", pressSound);
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => chime.unlock());
  drawSound();
  setInterval(ring, RING_EVERY_MS);
  setInterval(blink, BLINK_MS);
}

/** Fetch the calls that are open. */
export async function renewHelp() {
  const requestedAt = performance.now();
  try {
    const answer = await get("/help-calls", { retry: false });
    serverClock.set(Date.parse(answer.at), requestedAt);
    calls = answer.calls;
    lost = false;
  } catch {
    lost = true;
  }
  for (const { id } of wanted().filter((call) => !known.has(call.id))) {
    known.add(id);
    announce(tn("help.title", wanted().length));
    ring();
  }
  redraw();
}

/** Say that the line is lost, so that nobody trusts a silent page. */
export function loseHelp() {
  lost = true;
  redraw();
}

/** Draw the calls. */
export function drawHelp() {
  draw("#help-lost", lost, () => (lost ? note(t("help.lost"), "warn", "no-network") : null));
  draw(
    "#help",
    calls,
    () => calls.map((call) => (call.state === "open" ? open(call) : coming(call))),
  );
}

/** @param {HelpCall} call */
const placeOf = ({ place }) => place || t("help.kiosk");

/** @param {HelpCall} call */
function open(call) {
  const since = el("span", { class: "help__since", role: "timer", "aria-live": "off" });
  keepText(since, () => {
    const seconds = serverClock.secondsSince(call.called_at);
    return t(seconds < LATE_SECONDS ? "help.since" : "help.late", { time: stopwatch(seconds) });
  });
  const language = spoken(call.language);
  const card = el(
    "article",
    { class: "help row" },
    icon("help", "help__icon"),
    el(
      "div",
      { class: "grow" },
      el("h2", { class: "help__title" }, t("help.open", { place: placeOf(call) })),
      el("p", {}, since, language && ` · ${t("help.language", { language })}`),
    ),
    button(t("help.take"), `take-${call.id}`, () => act(call, "take"), {
      classes: "button--primary button--large",
      symbol: "walk",
    }),
  );
  return keep(card, (it) => {
    it.classList.toggle("help--late", serverClock.secondsSince(call.called_at) >= LATE_SECONDS);
  });
}

/** @param {HelpCall} call */
const coming = (call) =>
  el(
    "article",
    { class: "help help--coming row" },
    icon("walk", "help__icon"),
    el("p", { class: "grow strong" }, t("help.coming", { place: placeOf(call) })),
    button(t("help.end"), `end-${call.id}`, () => act(call, "end"), { symbol: "check" }),
  );

/**
 * @param {HelpCall} call
 * @param {"take" | "end"} verb
 */
async function act(call, verb) {
  const after = await send(`/help-calls/${call.id}/${verb}`);
  if (after) calls = calls.map((one) => (one.id === after.id ? after : one));
  redraw();
  await renewHelp();
}

function ring() {
  if (!settings.mute && wanted().length) chime.ring("again", VOLUME);
}

// The title says it where the page is behind others, by turns so that it is seen.
function blink() {
  const n = wanted().length;
  document.title = n && document.title === baseTitle ? `● ${tn("help.title", n)}` : baseTitle;
}

function drawSound() {
  const pressed = $("#sound");
  const on = !settings.mute && !chime.blocked;
  const words = settings.mute ? "sound.mute" : chime.blocked ? "sound.off" : "sound.on";
  pressed.setAttribute("aria-pressed", String(on));
  pressed.classList.toggle("button--primary", !on);
  pressed.replaceChildren(icon(on ? "sound" : "sound-off"), ` ${t(words)}`);
}

async function pressSound() {
  const blocked = chime.blocked;
  await chime.unlock();
  settings.mute = blocked ? false : !settings.mute;
  store(KEPT, settings);
  drawSound();
  if (!settings.mute) chime.ring("call", VOLUME);
}
