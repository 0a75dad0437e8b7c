// Which scene the wall shows, and what stands in it.

import { $, announce } from "../page.js";
import { placeName } from "../places.js";
import { clock as timeOfDay, locale, t } from "../texts.js";
import { counterName, drawCalls, drawStrip } from "./board.js";
import { drawClosed } from "./hours.js";
import { languages, speakIn, translateBoth } from "./words.js";

const OVER_MS = 5 * 60_000;
const BUSY = new Set(["called", "serving"]);

/** Draw all of it. `state` is null before the first has come; `now` is the server's time. */
export function draw({ state, setup, settings, calls, announcer, now }) {
  const { current } = announcer;
  const others = calls.all.filter(({ number }) => number !== current?.number);
  const shown = current ? [current, ...others] : others;
  const look = current ? (current.again ? "again" : "now") : "rest";
  drawCalls(shown, { look, awaits: (number) => announcer.awaits(number) }, setup);
  if (state) drawStrip(state, setup);
  const scene = sceneOf({ state, shown, current, now });
  if (scene === "closed") drawClosed(setup, now);
  $("#main").dataset.scene = scene;
  $("#strip").hidden = scene === "closed" || !settings.waiting || state === null;
}

// A branch is closed for the room only when nobody is left to be called or helped.
// Where everybody has been helped for a while, the latest call is nothing to look for any more.
function sceneOf({ state, shown, current, now }) {
  if (current) return "calls";
  const idle = state && !anybody(state);
  if (idle && !state.open) return "closed";
  const over = idle && shown.every((call) => now - call.at > OVER_MS);
  return shown.length > 0 && !over ? "calls" : "welcome";
}

const anybody = ({ queues, counters }) =>
  queues.some(({ waiting }) => waiting > 0) || counters.some((counter) => BUSY.has(counter.state));

/** What the configuration says: the branch's name and languages. */
export function drawSetup(setup) {
  speakIn(setup.languages);
  $("#branch-name").textContent = setup.name;
  translateBoth(document);
}

/** The clock and the date on the wall, in the branch's zone. */
export function drawTime(now, { timezone }) {
  const [lang] = languages();
  put($("#time"), timeOfDay(now, timezone, lang));
  const day = { weekday: "long", day: "numeric", month: "long", timeZone: timezone };
  const date = new Intl.DateTimeFormat(locale(lang), day).format(now);
  put($("#date"), date.charAt(0).toLocaleUpperCase(locale(lang)) + date.slice(1));
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Let a screen reader say a call, in the ticket's language. */
export function announceCall(call, setup) {
  const lang = languages().includes(call.language) ? call.language : languages()[0];
  const counter = placeName(counterName(call, setup), lang);
  const key = call.again ? "call.announce_again" : "call.announce";
  $("#announce").lang = lang;
  announce(t(key, { number: call.number, counter }, lang));
}
