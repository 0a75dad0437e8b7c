// The calls on the specialists' page: the ringing calls, the call that is taken here, the others.

import { keyName } from "/static/js/keys.js";
import { when } from "/static/js/opening-hours.js";
import { $, el, icon, pageData } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { named, t, tn } from "/static/js/texts.js";
import { keep, keepText } from "/static/js/ticking.js";
import { stopwatch } from "/static/js/lengths.js";
import { clock } from "/static/js/times.js";
import { counterNamed } from "/static/js/wording.js";

/** @import { LifelineCall } from "/static/js/types.d.ts" */
/** @import { Lifeline } from "/static/js/types.d.ts" */
/** @typedef {(call: LifelineCall, verb: "take" | "end" | "acknowledge") => unknown} Act */
/**
 * @typedef {{
 *   calls: LifelineCall[],
 *   missed: LifelineCall[],
 *   open: boolean,
 *   closed: Lifeline[],
 *   place: number,
 *   lost: boolean,
 * }} Shown
 */

/** @type {Map<string, string>} */
const drawn = new Map();

/**
 * The name of a place: "Pas og kørekort 1"; without a place, the function alone.
 * @param {Pick<LifelineCall, "lifeline_name" | "place">} call
 */
export const placeName = ({ lifeline_name: name, place }) =>
  [named(name), place].filter(Boolean).join(" ");

/**
 * Draw everything. `act` takes or ends a call, or says that a missed one is known of.
 * @param {Shown} shown
 * @param {Act} act
 */
export function drawCalls({ calls, missed, open, closed, place, lost }, act) {
  const ringing = calls.filter(({ state }) => state === "ringing");
  const taken = calls.filter(({ state }) => state === "taken");
  const mine = taken.filter((call) => call.place === place);
  const others = taken.filter((call) => call.place !== place);
  $("#calls").toggleAttribute("data-lost", lost);
  const idle = mine.length ? t("talking") : t("nobody");
  draw("#calls", [ringing, lost, idle, open, closed], () => [
    el(
      "h1",
      { id: "calls-title" },
      ringing.length ? tn("title.ringing", ringing.length) : idle,
    ),
    ...ringing.map((call, index) => ringingCard(call, index === 0, act)),
    open && !ringing.length && !mine.length && el("p", { class: "lead soft" }, t("nobody.note")),
    ...closed.map((line) => el("p", { class: "banner" }, icon("clock"), closedLine(line))),
  ]);
  draw("#mine", mine, () => mine.map((call) => mineCard(call, act)));
  draw("#others", others, () =>
    others.length > 0 && [
      el("h2", { class: "large" }, t("others")),
      ...others.map((call) => el("p", {}, icon("phone"), " ", otherLine(call))),
    ]);
  draw("#missed", missed, () =>
    missed.length > 0 && [
      el("h2", { class: "large" }, t("missed")),
      el("p", { class: "soft" }, t("missed.note")),
      el(
        "ul",
        { class: "card lines", role: "list" },
        ...missed.map((call, index) => missedRow(call, index === 0, act)),
      ),
    ]);
}

/**
 * Only what has changed, so that no button moves from under a finger. The element that had the
 * focus has it again.
 * @param {string} selector
 * @param {unknown} facts
 * @param {() => any} make
 */
function draw(selector, facts, make) {
  const text = JSON.stringify(facts);
  if (drawn.get(selector) === text) return;
  drawn.set(selector, text);
  const root = $(selector);
  const had = root.contains(document.activeElement);
  root.replaceChildren(...[make()].flat().filter(Boolean));
  if (had) root.querySelector("button")?.focus();
}

/** @param {LifelineCall} call */
const counterOf = ({ counter_name: name }) => counterNamed(name);

/**
 * @param {LifelineCall} call
 * @param {boolean} first
 * @param {Act} act
 */
function ringingCard(call, first, act) {
  const card = el(
    "article",
    { class: "card call" },
    el(
      "div",
      { class: "call__who grow" },
      el("p", { class: "call__line strong" }, icon("bell"), " ", named(call.lifeline_name)),
      el("p", { class: "call__from" }, `${counterOf(call)}, ${call.branch_name}`),
      el(
        "p",
        { class: "call__about" },
        el("span", { class: "number" }, call.number),
        ` · ${named(call.service_name)}`,
      ),
    ),
    time(call),
    el(
      "button",
      {
        type: "button",
        class: "button button--primary button--large call__take",
        "aria-keyshortcuts": first ? keyName("take") : null,
        on: { click: () => act(call, "take") },
      },
      icon("phone"),
      " ",
      t("take"),
      first && el("kbd", { class: "key", "aria-hidden": "true" }, keyName("take")),
    ),
  );
  return keep(card, (it) => it.classList.toggle("call--late", isLate(call)));
}

/** @param {LifelineCall} call */
const isLate = (call) => serverClock.secondsSince(call.rang_at) >= call.answer_within_seconds;

/** @param {LifelineCall} call */
function time(call) {
  const box = el("p", { class: "call__time", role: "timer", "aria-live": "off" });
  const seconds = el("span", { class: "call__seconds number" });
  keepText(seconds, () => stopwatch(serverClock.secondsSince(call.rang_at)));
  const words = el("span", { class: "call__words small" });
  const limit = stopwatch(call.answer_within_seconds);
  keepText(words, () => (isLate(call) ? t("late", { limit }) : ""));
  box.append(seconds, words);
  return box;
}

/**
 * @param {LifelineCall} call
 * @param {Act} act
 */
function mineCard(call, act) {
  const { number } = call;
  return el(
    "article",
    { class: "card call call--mine" },
    el(
      "div",
      { class: "call__who grow" },
      el("p", { class: "call__line strong" }, placeName(call)),
      el(
        "h2",
        { class: "call__from" },
        t("mine", { counter: counterOf(call), branch: call.branch_name }),
      ),
      el(
        "p",
        { class: "call__about" },
        t("mine.about", { number, service: named(call.service_name) }),
      ),
    ),
    el(
      "button",
      {
        type: "button",
        class: "button button--large",
        dataset: { end: "" },
        "aria-keyshortcuts": keyName("end_call"),
        on: { click: () => act(call, "end") },
      },
      icon("check"),
      " ",
      t("end"),
      el("kbd", { class: "key", "aria-hidden": "true" }, keyName("end_call")),
    ),
  );
}

/** @param {Lifeline} line */
function closedLine({ name, opens_at: opens }) {
  const lifeline = named(name);
  if (!opens) return t("nobody.closed.long", { lifeline });
  const how = { timezone: pageData().timezone, now: serverClock.now() };
  return t("nobody.closed", { lifeline, when: when(Date.parse(opens), how) });
}

/**
 * @param {LifelineCall} call
 * @param {boolean} first
 * @param {Act} act
 */
function missedRow(call, first, act) {
  const { number, branch_name: branch } = call;
  const about = { number, service: named(call.service_name), lifeline: named(call.lifeline_name) };
  return el(
    "li",
    { class: "row row--apart missed__row" },
    el("strong", { class: "number missed__when" }, clock(Date.parse(call.rang_at))),
    el(
      "div",
      { class: "grow" },
      el("p", { class: "strong" }, t("missed.line", { counter: counterOf(call), branch })),
      el("p", { class: "soft" }, t("missed.about", about)),
    ),
    el(
      "button",
      {
        type: "button",
        class: "button button--small",
        dataset: { seen: "" },
        "aria-keyshortcuts": first ? keyName("settle") : null,
        on: { click: () => act(call, "acknowledge") },
      },
      icon("check"),
      " ",
      t("missed.seen"),
      el("span", { class: "visually-hidden" }, `, ${number}`),
      first && el("kbd", { class: "key", "aria-hidden": "true" }, keyName("settle")),
    ),
  );
}

/** @param {LifelineCall} call */
const otherLine = (call) =>
  t("others.line", {
    lifeline: named(call.lifeline_name),
    place: call.place,
    counter: counterOf(call),
    branch: call.branch_name,
  });
