// Asking a specialist while the citizen sits there: which lifelines there are, and the state of the
// counter's call. Events say when to look; while it rings the page looks by itself as well.

import { oneAtATime } from "/static/js/requests.js";
import { get } from "/static/js/api.js";
import { sayOfKeys } from "/static/js/keys.js";
import { announce, el, find, icon } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { named, t } from "/static/js/texts.js";
import { keepText } from "/static/js/ticking.js";
import { stopwatch } from "/static/js/lengths.js";
import { clock } from "/static/js/times.js";
import { when } from "/static/js/opening-hours.js";
import { ask, showDialog } from "../dialogs/ask.js";
import { configuration } from "../branch.js";
import { command, showRemark } from "../commands/commands.js";
import { button, draw } from "../draw.js";
import { changed, current, mode, model } from "../model.js";

/** @import { Lifeline, LifelineCall, LifelineDesk } from "/static/js/types.d.ts" */
/** @import { Child } from "/static/js/page.js" */

const ASK_MS = 4000;

/** @type {LifelineCall | null} */
let call = null;
let askedAt = 0;
let dismissed = ""; // the id of a missed call whose number was read
let preparing = false;
let left = ""; // the id of a call whose visit has left the counter

const path = () => `/counters/${encodeURIComponent(model.counter?.id ?? "")}`;

/** @returns {Promise<LifelineDesk>} */
const fetchDesk = () => get(`${path()}/lifelines`);

/** The counter's call, loaded again from the server. */
export const refreshCall = oneAtATime(async () => {
  if (!model.counter) return;
  const { id } = model.counter;
  askedAt = performance.now();
  const desk = await fetchDesk();
  if (model.counter?.id === id) show(desk.call);
});

/** @param {LifelineCall | null} after */
function show(after) {
  const before = call;
  call = after;
  if (call && before?.id === call.id && before.state !== call.state) announce(sentence(call));
  changed();
}

/** Whether the question whom to ring is about to open: until then a key is not for the visit. */
export const aboutToAsk = () => preparing;

/** Ask who can be rung about the visit at the counter, and ring. */
export async function askSpecialist() {
  const visit = current();
  if (!visit || !["called", "serving"].includes(mode())) return;
  if (call?.state === "ringing" || preparing) return;
  preparing = true;
  const desk = await fetchDesk().catch(() => null);
  preparing = false;
  if (!desk) {
    const about = visit.id;
    showRemark(t("specialist.away"), { holds: () => current()?.id === about, offer: () => null });
    return;
  }
  const open = desk.lifelines.filter((line) => line.open && line.rings);
  const others = desk.lifelines.filter((line) => !open.includes(line));
  if (!open.length) {
    showTelephones(others);
    return;
  }
  const line = await ask({
    title: t("specialist.ask", { number: visit.number }),
    lead: t("specialist.ask.note"),
    groups: [{
      options: open.map((one) => ({
        value: one,
        label: named(one.name),
        note: one.branch_name,
        icon: "phone",
      })),
    }],
  });
  if (line) await ring(visit.id, line);
}

/**
 * @param {string} visit
 * @param {Lifeline} line
 */
async function ring(visit, line) {
  const after = await command(`${path()}/lifeline-call`, {
    visit,
    branch: line.branch,
    lifeline: line.id,
  });
  if (after) show(after);
  else refreshCall();
}

/** @param {string} instant */
function opening(instant) {
  const how = { timezone: configuration().timezone, now: serverClock.now() };
  return t("specialist.opens", { when: when(Date.parse(instant), how) });
}

/** @param {Lifeline[]} lines */
function titleOf(lines) {
  if (!lines.length) return "specialist.none";
  return lines.some((line) => line.open) ? "specialist.by_telephone" : "specialist.closed";
}

/** @param {Lifeline[]} lines */
function showTelephones(lines) {
  showDialog({
    title: t(titleOf(lines)),
    body: [
      lines.length ? null : el("p", {}, t("specialist.none.note")),
      ...lines.map((line) =>
        el(
          "p",
          { class: "specialist__closed" },
          `${named(line.name)}, ${line.branch_name}: `,
          dialLink(line.telephone, line.telephone, "specialist__number number"),
          line.opens_at && el("span", { class: "soft specialist__opens" }, opening(line.opens_at)),
        )
      ),
    ],
  });
}

/**
 * A link that dials, where the computer has a telephone.
 * @param {string} telephone
 * @param {string} words
 * @param {string} [classes]
 */
const dialLink = (telephone, words, classes) =>
  el(
    "a",
    { href: `tel:${telephone.replace(/[^+0-9]/g, "")}`, class: classes, dataset: { key: "dial" } },
    words,
  );

/** @param {"cancel" | "end"} verb */
async function over(verb) {
  const after = await command(`${path()}/lifeline-call/${verb}`, { call: call?.id ?? null });
  if (after && after !== true) show(after);
  else refreshCall();
}

const stop = () => over("cancel");
const end = () => over("end");

/** Stop ringing, or say that the talk with the specialist is over. */
export function endCall() {
  const state = shownCall()?.state;
  if (state === "ringing") return stop();
  return state === "taken" ? end() : sayOfKeys(t("idle.no_call"));
}

function dismiss() {
  dismissed = call?.id ?? "";
  changed();
}

/** @param {LifelineCall} now */
const placeName = (now) => [named(now.lifeline_name), now.place].filter(Boolean).join(" ");

/** @param {LifelineCall} now */
function sentence(now) {
  const values = {
    lifeline: named(now.lifeline_name),
    place: placeName(now),
    branch: now.hall_name,
    time: now.taken_at && clock(now.taken_at),
    telephone: now.telephone,
    number: now.number,
  };
  return t(`specialist.${now.state}`, values);
}

/** Draw the state of the counter's call. */
export function drawSpecialist() {
  keepAsking();
  const now = shownCall();
  const root = find("#specialist");
  if (root) draw(root, now, () => now && strip(now));
}

function keepAsking() {
  if (!call || !["ringing", "taken"].includes(call.state)) return;
  // A call belongs to its visit: the server ends both together.
  const leaves = left !== call.id && call.number !== current()?.number;
  if (leaves) left = call.id;
  if (leaves || performance.now() - askedAt >= ASK_MS) refreshCall();
}

function shownCall() {
  if (!call || !model.counter || call.counter !== model.counter.id) return null;
  if (call.state === "ringing" || call.state === "taken") return call;
  const about = call.number === current()?.number && dismissed !== call.id;
  return call.state === "missed" && about ? call : null;
}

const TONES = { ringing: "", taken: "banner--good", missed: "banner--warn" };

/** @param {LifelineCall} now */
function strip(now) {
  const tone = TONES[/** @type {keyof typeof TONES} */ (now.state)];
  return el(
    "div",
    { class: `banner specialist__strip ${tone}` },
    icon(now.state === "ringing" ? "bell" : "phone"),
    el("div", { class: "specialist__words" }, words(now)),
    buttons(now),
  );
}

/**
 * @param {LifelineCall} now
 * @returns {Child[]}
 */
function words(now) {
  if (now.state !== "ringing") {
    const number = dialLink(now.telephone, now.telephone, "specialist__number number");
    const how = now.state === "taken" && el("p", { class: "soft" }, t("specialist.dial"));
    return [el("p", { class: "strong" }, sentence(now)), how, number];
  }
  const time = el("span", { class: "number", role: "timer", "aria-live": "off" });
  keepText(
    time,
    () => t("specialist.rings", { time: stopwatch(serverClock.secondsSince(now.rang_at)) }),
  );
  const { telephone } = now;
  const dial = dialLink(telephone, t("specialist.meanwhile", { telephone }));
  const soft = el("p", { class: "soft" }, time, " · ", dial);
  return [el("p", { class: "strong" }, sentence(now)), soft];
}

/** @param {LifelineCall} now */
function buttons(now) {
  if (now.state === "ringing") {
    return button(t("specialist.stop"), {
      key: "lifeline-stop",
      press: stop,
      command: "end_call",
      icon: "cross",
    });
  }
  if (now.state === "taken") {
    return button(t("specialist.end"), {
      key: "lifeline-end",
      press: end,
      command: "end_call",
      icon: "check",
    });
  }
  return button(t("close"), { key: "lifeline-close", press: dismiss, icon: "cross" });
}
