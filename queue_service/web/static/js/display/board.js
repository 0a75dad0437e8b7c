// What the wall shows: the call in front, those before it, and the strip along the bottom.

import { $, el, icon } from "../page.js";
import { placeName } from "../places.js";
import { named, t, tn } from "../texts.js";
import { both } from "./words.js";

const LISTED = 5; // the stylesheet hides the last where there is no room for it
const MOST_QUEUES = 12;

/**
 * Draw the calls, newest first. The first stands in front; `look`: rest, now or again.
 * `awaits(number)`: it is still to be announced, so the list points it out.
 */
export function drawCalls(calls, { look, awaits }, setup) {
  const [front, ...others] = calls;
  if (front) drawHero(front, look, setup);
  const rows = others.slice(0, LISTED);
  keep($("#others"), rows, setup);
  for (const row of $("#others").children) {
    const awaited = awaits(row.dataset.number);
    row.classList.toggle("others__call--new", awaited);
    row.querySelector(".others__new").hidden = !awaited;
  }
}

function drawHero(call, look, setup) {
  const key = { rest: "call.latest", now: "call.now", again: "call.again" }[look];
  $("#hero").dataset.look = look;
  both($("#hero-words"), (lang) => t(key, {}, lang));
  const number = $("#hero-number");
  number.textContent = call.number;
  number.style.setProperty("--length", call.number.length);
  const name = counterName(call, setup);
  const place = $("#hero-place");
  both(place, (lang) => placeName(name, lang));
  // A long name takes two lines; a long word has to fit in one.
  const length = Math.min(Math.max(name.length, 8), 15);
  place.parentElement.style.setProperty("--length", Math.max(length, 0.8 * longestWord(name)));
}

/** What a call's counter is called. */
export const counterName = (call, setup) => setup.counters[call.counter] ?? call.counter ?? "";

// Rows that stay keep their element, so that only what is new moves.
function keep(list, calls, setup) {
  const there = new Map([...list.children].map((row) => [row.dataset.call, row]));
  const key = (call) => `${call.number} ${call.counter} ${call.recalls}`;
  list.replaceChildren(...calls.map((call) => there.get(key(call)) ?? row(call, key(call), setup)));
}

function row(call, key, setup) {
  const name = counterName(call, setup);
  const justCalled = el("span", { class: "others__new both" });
  both(justCalled, (lang) => t("call.new", {}, lang));
  const element = el(
    "li",
    { class: "others__call", dataset: { call: key, number: call.number } },
    el("span", { class: "others__number number" }, call.number),
    icon("arrow-right"),
    el("span", { class: "others__place" }, name, justCalled),
  );
  element.style.setProperty("--length", call.number.length);
  element.style.setProperty("--word", longestWord(name));
  return element;
}

const longestWord = (name) => Math.max(...name.split(/\s/).map((word) => word.length));

/** The strip: how many wait for what, and how many counters are open. */
export function drawStrip(state, setup) {
  const shown = state.queues.filter(({ service, waiting, taken }) => {
    return service in setup.services && (waiting > 0 || (taken && state.open));
  });
  const fewer = shown.length > MOST_QUEUES ? shown.filter(({ waiting }) => waiting > 0) : shown;
  drawQueues(fewer.slice(0, MOST_QUEUES), setup);
  $("#waiting-title").hidden = fewer.length === 0;
  both($("#open-counters"), (lang) => openCounters(state, lang));
}

// In rows as even as their number allows: seven are four and three, ten upright are five times two.
// Two rows of three have room for larger words.
function drawQueues(queues, setup) {
  const list = $("#waiting");
  const count = Math.max(queues.length, 1);
  const rows = Math.ceil(count / 4);
  const columns = Math.ceil(count / rows);
  list.dataset.size = rows < 3 && columns < 4 ? "few" : "many";
  list.style.setProperty("--columns", columns);
  list.style.setProperty("--columns-upright", count < 9 || count === 10 ? Math.min(count, 2) : 3);
  list.replaceChildren(...queues.map((queue) => waitingFor(queue, setup)));
}

function waitingFor({ service, waiting }, setup) {
  const name = el("span", { class: "both strip__service" });
  both(name, (lang) => named(setup.services[service], lang));
  return el("li", { class: "strip__queue" }, name, el("span", { class: "number" }, String(waiting)));
}

function openCounters(state, lang) {
  if (!state.open) return t("open.last", {}, lang);
  const open = state.counters.filter((counter) => counter.state !== "closed").length;
  return open === 0 ? t("open.none", {}, lang) : tn("open", open, {}, lang);
}
