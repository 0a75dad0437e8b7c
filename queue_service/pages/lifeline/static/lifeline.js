// The specialists' page: rings while somebody asks, and one key takes the oldest call.
// Its data is fetched; the events say when, and without them it asks every few seconds.

import { asApiError, get, post } from "/static/js/api.js";
import { showConnection } from "/static/js/connection.js";
import { listenForKeys, sayOfKeys, switchKeys } from "/static/js/keys.js";
import { follow } from "/static/js/live.js";
import {
  $,
  $input,
  announce,
  el,
  find,
  findAll,
  icon,
  newKey,
  page,
  pageData,
  setText,
  store,
  stored,
} from "/static/js/page.js";
import { oneAtATime, Presses } from "/static/js/requests.js";
import { serverClock } from "/static/js/server-clock.js";
import { t, tn, translate } from "/static/js/texts.js";
import { tick } from "/static/js/ticking.js";
import { SoundSwitch } from "/static/pages/display/sound-switch.js";
import { drawCalls, placeName } from "./calls.js";

/** @import { Bindings } from "/static/js/keys.js" */
/** @import { Lifeline, LifelineCall } from "/static/js/types.d.ts" */
/**
 * @typedef {{
 *   page: string,
 *   place: number | null,
 *   lines: string[] | null,
 *   mute: boolean,
 *   keys: boolean,
 * }} Settings `page`: what the server knows this browser by while it holds a place
 */

const ASK_MS = 4000;
const RING_EVERY_MS = 3000;
const BLINK_MS = 1000;
const SIT_MS = 30_000; // a place is held for three minutes

/** @type {Settings} */
const settings = {
  page: newKey(),
  place: null, // the next free one
  lines: null,
  mute: false,
  keys: true,
  ...stored(`lifeline.${page.branch}`),
};
const model = {
  calls: /** @type {LifelineCall[]} */ ([]),
  missed: /** @type {LifelineCall[]} */ ([]),
  lifelines: /** @type {Lifeline[]} */ ([]),
  lost: false,
  trouble: "",
};
/** @type {Set<string>} */
const known = new Set(); // calls that were announced already
const presses = new Presses();

const sound = new SoundSwitch(settings, keep);
const baseTitle = document.title;

// A lifeline that is no longer answered here, or all of them, cannot be ticked any more.
const answered = pageData().lifelines;
if (settings.lines) {
  const lines = answered.filter((/** @type {string} */ id) => settings.lines?.includes(id));
  settings.lines = lines.length && lines.length < answered.length ? lines : null;
}

/** @param {Pick<LifelineCall, "lifeline">} call */
const ringsHere = ({ lifeline }) => settings.lines?.includes(lifeline) ?? true;

// The server's state by now, also while it cannot be asked: nothing rings for longer.
const isMissed = (/** @type {LifelineCall} */ { state, missed_at: at }) =>
  state === "ringing" && serverClock.now() >= Date.parse(at);

const shownCalls = () => model.calls.filter((call) => ringsHere(call) && !isMissed(call));

const ringing = () => shownCalls().filter(({ state }) => state === "ringing");

/** The open calls, loaded again. */
const refresh = oneAtATime(async () => {
  const requestedAt = performance.now();
  try {
    const { at, calls, missed, lifelines } = await get("/lifeline-calls", { retry: false });
    serverClock.set(Date.parse(at), requestedAt);
    Object.assign(model, { calls, missed, lifelines });
    model.lost = false;
  } catch {
    model.lost = true;
  }
  draw();
});

/**
 * @param {LifelineCall} call
 * @param {"take" | "end" | "acknowledge"} verb
 */
async function act(call, verb) {
  try {
    const after = await presses.send(`${verb} ${call.id}`, async (key) => {
      model.trouble = "";
      if (verb === "take" && !settings.place) await sit();
      const body = verb === "take" ? { place: settings.place ?? 1 } : {};
      return await post(`/lifeline-calls/${call.id}/${verb}`, body, { key });
    });
    if (!after) return;
    model.calls = model.calls.map((one) => (one.id === after.id ? after : one));
    if (verb === "acknowledge") model.missed = model.missed.filter(({ id }) => id !== after.id);
  } catch (thrown) {
    const error = asApiError(thrown);
    model.trouble = gone(call, error.problem) ?? error.sentence;
  }
  draw();
  refresh();
}

/**
 * The reason why a call cannot be taken any more.
 * @param {LifelineCall} call
 * @param {{ state?: string, place?: number }} problem
 */
function gone(call, { state, place }) {
  if (!state) return null;
  return t(`gone.${state}`, { lifeline: placeName({ ...call, place: null }), place });
}

/**
 * Hold a place: the one that is asked for if it is free, else the one this page has, else the next.
 * Without a connection the page keeps its place.
 */
async function sit(wanted = settings.place) {
  const body = wanted ? { page: settings.page, place: wanted } : { page: settings.page };
  try {
    const { place } = await post("/lifeline-places", body);
    const note = wanted && place !== wanted ? t("place.taken", { wanted, place }) : "";
    if (note || wanted !== settings.place) setText($("#place-note"), note);
    settings.place = place;
    keep();
  } catch (thrown) {
    const { code, problem } = asApiError(thrown);
    if (code === "wrong_state") setText($("#place-note"), t(`gone.${problem.state}`));
  }
  showPlace();
  draw();
}

function showPlace() {
  const number = $input("#place-number");
  if (document.activeElement !== number) number.value = String(settings.place ?? "");
}

/**
 * Press the first button that matches, or say that there is none.
 * @param {string} selector
 * @param {string} idle
 */
function press(selector, idle) {
  const button = find(selector);
  if (button) button.click();
  else sayOfKeys(t(idle));
}

/** @type {Bindings} */
const CALL_KEYS = {
  take: () => { // the one that has rung longest
    const [oldest] = ringing();
    return oldest ? act(oldest, "take") : sayOfKeys(t("idle.take"));
  },
  end_call: () => press("#mine [data-end]", "idle.end_call"),
  settle: () => press("#missed [data-seen]", "idle.settle"),
};

function draw() {
  const calls = ringing();
  const here = model.lifelines.filter(({ id }) => ringsHere({ lifeline: id }));
  drawCalls({
    calls: shownCalls(),
    missed: model.missed.filter(ringsHere),
    open: here.some(({ open }) => open),
    closed: here.filter(({ open }) => !open),
    place: settings.place ?? 0,
    lost: model.lost,
  }, act);
  const deaf = settings.lines?.length === 0;
  const words = model.lost ? t("lost") : deaf ? t("none") : model.trouble;
  const trouble = $("#trouble");
  if (trouble.dataset.words !== words) {
    trouble.dataset.words = words;
    trouble.replaceChildren(
      ...(words ? [el("p", { class: "banner banner--warn" }, icon("warning"), words)] : []),
    );
  }
  for (const call of calls) {
    if (known.has(call.id)) continue;
    known.add(call.id);
    announce(tn("title.ringing", calls.length));
    ring();
  }
}

function ring() {
  if (ringing().length) sound.ring();
}

// The title says it where the page is behind others, by turns so that it is seen.
function blink() {
  const calls = ringing();
  const said = document.title === baseTitle && calls.length;
  document.title = said ? `☎ ${tn("title.ringing", calls.length)}` : baseTitle;
}

function keep() {
  store(`lifeline.${page.branch}`, settings);
}

function listen() {
  const number = $input("#place-number");
  showPlace();
  number.addEventListener("change", () => {
    const wanted = Math.round(Number(number.value));
    sit(wanted ? Math.min(Math.max(wanted, 1), Number(number.max)) : settings.place);
  });
  number.addEventListener("blur", showPlace);
  const boxes = /** @type {HTMLInputElement[]} */ (findAll("#place [name=line]"));
  for (const box of boxes) {
    box.checked = settings.lines?.includes(box.value) ?? true;
    box.addEventListener("change", () => {
      const ticked = boxes.filter(({ checked }) => checked).map(({ value }) => value);
      settings.lines = ticked.length === boxes.length ? null : ticked;
      keep();
      draw();
    });
  }
  $("#place").addEventListener("submit", (event) => {
    event.preventDefault();
    number.blur(); // its letters are keys again
  });
  switchKeys($input("#keys"), settings.keys, (on) => {
    settings.keys = on;
    keep();
  });
  listenForKeys(() => CALL_KEYS, () => settings.keys);
}

translate(document);
listen();
sound.begin();
const live = follow();
showConnection(live);
live.onEvent(({ name }) => name.startsWith("lifeline.") && refresh());
live.onLive(refresh);
live.onStale(() => {
  model.lost = true;
  draw();
});
keep();
sit();
setInterval(() => sit(), SIT_MS);
refresh();
setInterval(refresh, ASK_MS);
setInterval(ring, RING_EVERY_MS);
setInterval(blink, BLINK_MS);
setInterval(tick, 1000);
