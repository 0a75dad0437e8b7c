// The content of the page: the numbers called last, the place, the wait, and the state in words.

import { $, el, setText, show } from "/static/js/page.js";
import { directionOf, listedErrands } from "/static/js/languages.js";
import { has, language, locale, t, tn } from "/static/js/texts.js";
import { clock, quartersWithin, weekdayIn } from "/static/js/times.js";

/** @typedef {{ number: string, counter: string, at: number }} Call */
/**
 * The state of the visit; times in ms, `wait` in minutes.
 * @typedef {{
 *   state: string,
 *   number: string,
 *   service: string | null,
 *   ahead: number | null,
 *   wait: [number, number] | null,
 *   held: number | null,
 *   counter: string | null,
 *   at: number | null,
 *   until: number | null,
 *   recalls: number,
 *   errands: Errand[],
 *   may: string[],
 *   booked_for?: number,
 *   came_late?: boolean,
 *   bookings_ahead?: number,
 *   calls: Call[],
 *   revision: string,
 *   bring?: Bring,
 * }} Shown
 */
/** @typedef {{ id: string, name: string }} Named */
/** @typedef {{ service: string, people: number }} Errand */
/** By service: the things to bring, in a language. @typedef {Record<string, { lang: string, lines: string[] }>} Bring */
/** The kind of message that is wanted. @typedef {{ channel: string, place: number }} Reminder */
/**
 * @typedef {{
 *   now: number,
 *   hours: [number, number][],
 *   shown: Shown,
 *   reminder: Reminder | null,
 *   counters: Record<string, string>,
 *   entrances: Record<string, string>,
 *   services: Named[],
 *   bring: Bring,
 * }} Setup
 */

const EXACT_UP_TO = 100; // of more people it is known only that no more are ahead
const AT_COUNTER = ["called", "serving", "parked"];
const ENDED = ["done", "left", "closed"];

/**
 * @param {Setup} setup
 * @param {Shown} shown
 */
export function draw(setup, shown) {
  document.body.dataset.state = shown.state;
  drawCalls(setup, shown);
  setText($("#number"), shown.number);
  setText($("#service"), serviceName(setup, shown.service));
  drawAhead(shown.ahead);
  if (has("booked")) drawBookings(shown);
  put("#wait", waitWords(shown.wait));
  put("#held", shown.wait && shown.held !== null ? t("held", { share: percent(shown.held) }) : "");
  setText($("#state-title"), t(`state.${shown.state}`, times(shown)));
  const to = AT_COUNTER.includes(shown.state) && shown.counter ? setup.counters[shown.counter] : "";
  put("#state-to", to ?? shown.counter ?? "");
  put("#state-do", doWords(setup, shown));
  const named = (/** @type {string} */ id) => serviceName(setup, id);
  const over = ENDED.includes(shown.state);
  const further = shown.errands.filter((one) => !over && named(one.service));
  const services = listedErrands(further, named, language());
  put("#errands-also", services && t("errands.also", { services }));
  drawBring(setup.bring, shown);
  for (const action of ["leave", "return", "errands", "here", "feedback"]) {
    show(`#${action}`, shown.may.includes(action));
  }
  show("#not-before", shown.may.includes("not-before") && laterTimes(setup).length > 0);
}

const loaded = Date.now();

/**
 * The quarters of an hour to come in today's opening hours, in ms. The clock of a phone may be
 * wrong, so it counts from the server's.
 * @param {Pick<Setup, "now" | "hours">} setup
 * @param {number} [since] ms since the page was loaded
 */
export const laterTimes = ({ now, hours }, since = Date.now() - loaded) =>
  quartersWithin(hours, now + since);

/**
 * @param {Setup} setup
 * @param {string | null} id
 */
const serviceName = (setup, id) => setup.services.find((one) => one.id === id)?.name ?? "";

/**
 * The list of things to bring, for as long as it may still be wanted.
 * @param {Bring} bring
 * @param {Shown} shown
 */
function drawBring(bring, { service, errands, may, state }) {
  const wanted = new Set([service ?? "", ...errands.map((one) => one.service)]);
  const lines = [...wanted].flatMap((id) =>
    bring[id]?.lines.map((line) =>
      el("li", { lang: bring[id].lang, dir: directionOf(bring[id].lang) }, line)
    ) ?? []
  );
  setText($("#bring-title"), t("bring"));
  $("#bring-list").replaceChildren(...lines);
  show("#bring", lines.length > 0 && may.includes("errands") && state !== "serving");
}

/**
 * @param {Setup} setup
 * @param {Shown} shown
 */
function drawCalls({ counters }, { calls, number, state }) {
  setText($("#calls-title"), t(calls.length ? "calls" : "calls.none"));
  $("#calls-list").replaceChildren(
    ...calls.map((call) =>
      el(
        "li",
        {
          class: `calls__one${
            state === "called" && call.number === number ? " calls__one--own" : ""
          }`,
        },
        el("span", { class: "number bold" }, call.number),
        " ",
        el("span", { class: "calls__counter" }, counters[call.counter] ?? call.counter),
      )
    ),
  );
}

/** @param {number | null} ahead */
function drawAhead(ahead) {
  show("#ahead", ahead !== null);
  if (ahead === null) return;
  setText($("#count"), ahead ? ahead.toLocaleString(locale()) : "");
  const unit = ahead > EXACT_UP_TO ? t("ahead.unit.up_to") : tn("ahead.unit", ahead);
  setText($("#unit"), ahead ? unit : t("ahead.none"));
  $("#ahead").classList.toggle("own__ahead--none", ahead === 0);
}

/** @param {Shown} shown */
function drawBookings({ ahead, booked_for: time, came_late: late, bookings_ahead: n }) {
  const key = late ? "booked.late" : "booked";
  put("#booked", time && ahead !== null ? t(key, { time: clock(time) }) : "");
  put("#coming", n ? t("coming", { n }) : "");
}

/** @param {[number, number] | null} wait */
function waitWords(wait) {
  if (!wait) return "";
  const [low, high] = wait;
  return t(low === 0 ? "wait.up_to" : low === high ? "wait.about" : "wait.range", { low, high });
}

/** @param {number} share */
const percent = (share) =>
  share.toLocaleString(locale(), { style: "percent", maximumFractionDigits: 0 });

/** @param {Shown} shown */
function times({ at, until }) {
  return {
    time: clock(at ?? until ?? 0),
    until: clock(until ?? 0),
    day: weekdayIn(until ?? 0, document.body.dataset.zone ?? "UTC"),
  };
}

/**
 * The advice of the state, in a sentence or two.
 * @param {Setup} setup
 * @param {Shown} shown
 */
function doWords({ entrances }, shown) {
  const key = shown.may.includes("here") ? "do.later" : `do.${shown.state}`;
  const sentence = has(key) ? t(key, times(shown)) : "";
  const entrance = shown.state === "called" && shown.counter && entrances[shown.counter];
  return entrance ? `${sentence} ${t(`room.${entrance}`)}.` : sentence;
}

/**
 * @param {string} selector
 * @param {string} words hidden where there are none
 */
function put(selector, words) {
  setText($(selector), words);
  show(selector, words !== "");
}
