// The call for help: one touch and a confirmation, who is coming, and the remedy without an answer.

import { asApiError, get, post } from "/static/js/api.js";
import { $, $dialog, announce, el, find, findAll, newKey, page } from "/static/js/page.js";
import { language, t } from "/static/js/texts.js";

/** @import { HelpCall } from "/static/js/types.d.ts" */
/** @typedef {"ask" | "open" | "unheard" | "late" | "coming" | "over" | "failed"} Step */

const IDLE_MS = 45_000; // an abandoned screen is reset for the next citizen
const CHECK_MS = 500;
const LATE_MS = 120_000; // as in reception/rules.py
const TIMEOUT_MS = 3000;
const ASK_MS = 20_000;
const REST_MS = 600; // as on the kiosk's screens: the second tap of a hasty finger does nothing

const dialog = $dialog("#calling");
/** @type {HelpCall | null} */
let call = null;
let failed = false;
let key = "";
/** @type {ReturnType<typeof setInterval> | undefined} */
let idle;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let late;

const isOpen = () => call?.state === "open" || call?.state === "coming";

/** @type {Record<string, Record<string, string>>} */
let texts = {};

/** Fetch what is said, once: it is no part of the kiosk's first load. */
async function ready() {
  if (language() in texts) return;
  const address = `${location.origin}/kiosk/${page.branch}/help`;
  texts = await get(address, { retry: false, timeout: TIMEOUT_MS });
}

/** @param {string} key */
const say = (key) => texts[language()]?.[key] ?? "";

/** Ask whether to call somebody; or show the state of the call. */
export async function openHelp() {
  await ready();
  failed = false;
  key = newKey();
  if (!isOpen()) call = null;
  if (!dialog.open) {
    dialog.showModal();
    restingUntil = performance.now() + REST_MS;
    setTimeout(draw, REST_MS);
  }
  draw();
}

let restingUntil = 0; // from when on buttons may be pressed (performance.now)

/** Fetch the kiosk's own call, after an event said that one has changed. */
export async function renewHelp() {
  try {
    await ready();
    const before = call;
    const own = await get("/help-calls/own", { retry: false, timeout: TIMEOUT_MS });
    if (isSame(own.call, before)) return;
    // A call that is over is news only on the page that shows it.
    if (isOpen() || ["open", "coming"].includes(own.call?.state)) call = own.call;
    if (call?.state === "helped" || call?.state === "cancelled") {
      close();
      announce(""); // the next citizen has not called
    }
    draw();
    if (dialog.open && call) announce($("#calling-title").textContent ?? "");
  } catch {
    // The page says by itself that the connection is lost.
  }
}

/**
 * @param {HelpCall | null} one
 * @param {HelpCall | null} other
 */
const isSame = (one, other) =>
  one?.id === other?.id && one?.state === other?.state && one?.heard === other?.heard;

async function callSomebody() {
  await send("/help-calls", { language: language() });
}

async function cancel() {
  if (call) await send(`/help-calls/${call.id}/cancel`, {});
  if (!failed) close();
}

/**
 * @param {string} path
 * @param {Record<string, unknown>} body
 */
async function send(path, body) {
  dialog.setAttribute("aria-busy", "true");
  try {
    call = await post(path, body, { key, signal: AbortSignal.timeout(TIMEOUT_MS) });
    failed = false;
    key = newKey();
  } catch (thrown) {
    failed = true;
    if (!asApiError(thrown).isLost) key = newKey();
  }
  dialog.removeAttribute("aria-busy");
  draw();
}

/** @returns {Step} */
function step() {
  if (failed) return "failed";
  if (call === null) return "ask";
  if (call.state === "coming") return "coming";
  if (call.state !== "open") return "over";
  if (Date.now() - madeAt >= LATE_MS || call.late) return "late";
  return call.heard ? "open" : "unheard";
}

let made = ""; // the call whose making this page has seen
let madeAt = 0; // by this machine's clock, as only a length counts

/**
 * The buttons that call for help say what has become of it, in the screen's language.
 * @param {Step} now
 */
function drawButtons(now) {
  for (const button of findAll(".call span")) {
    const within = button.closest(".call--within-reach") !== null;
    // Without a page that shows the call nothing is promised, nor to the next citizen without an
    // answer.
    const called = now === "open" ? "help.called" : "";
    const word = isOpen() ? (now === "coming" ? "help.coming" : called) : "";
    const plain = within ? "help" : "help.short";
    if (word) delete button.dataset.t;
    else button.dataset.t = plain;
    button.textContent = word ? say(word) : t(plain);
  }
}

function draw() {
  if (call && made !== call.id) [made, madeAt] = [call.id, Date.now()];
  const now = step();
  clearTimeout(late);
  if (now === "open" || now === "unheard") late = setTimeout(draw, LATE_MS - (Date.now() - madeAt));
  drawButtons(now);
  const what = /** @type {Record<Step, string>} */ ({
    ask: say("help.ask"),
    open: say("help.open"),
    unheard: say("help.unheard"),
    late: say("help.late"),
    coming: say("help.coming"),
    over: say("help.over"),
    failed: say("help.failed"),
  });
  const then = /** @type {Record<Step, string>} */ ({
    ask: "",
    open: say("help.open.do"),
    unheard: say("help.unheard.do"),
    late: say("help.late.do"),
    coming: say("help.coming.do"),
    over: say("help.failed.do"),
    failed: say("help.failed.do"),
  });
  const big = "button--primary button--large";
  const isOver = now === "coming" || now === "over"; // nothing else is left to press
  dialog.replaceChildren(
    el(
      "div",
      { class: `calling__box calling__box--${now} stack gap-5` },
      el("h2", { id: "calling-title", class: "calling__title" }, what[now]),
      then[now] && el("p", { class: "calling__lead" }, then[now]),
      el(
        "div",
        { class: "calling__buttons" },
        now === "ask" && press(say("help.yes"), callSomebody, big),
        now === "failed" && press(t("failed.do"), callSomebody, big),
        press(now === "ask" ? say("help.no") : t("done"), close, isOver ? big : ""),
        ["open", "unheard", "late"].includes(now) && press(say("help.cancel"), cancel, ""),
      ),
    ),
  );
  for (const button of dialog.querySelectorAll("button")) {
    button.disabled = performance.now() < restingUntil;
  }
  dialog.querySelector("button")?.focus({ preventScroll: true });
  closeWhenIdle();
}

/** Close after a time without a press. It begins again while the dialog is read aloud. */
function closeWhenIdle() {
  clearInterval(idle);
  let left = IDLE_MS;
  idle = setInterval(() => {
    left = find("#aloud[data-speaking]") ? IDLE_MS : left - CHECK_MS;
    if (left <= 0) close();
  }, CHECK_MS);
}

/**
 * @param {string} text
 * @param {() => unknown} work
 * @param {string} classes
 */
const press = (text, work, classes) =>
  el("button", { type: "button", class: `button ${classes}`, on: { click: work } }, text);

function close() {
  clearInterval(idle);
  if (dialog.open) dialog.close();
}

document.head.append(
  el("link", { rel: "stylesheet", href: new URL("./help.css", import.meta.url).pathname }),
);
setInterval(() => isOpen() && renewHelp(), ASK_MS);
new MutationObserver(() => isOpen() && drawButtons(step())).observe(document.documentElement, {
  attributeFilter: ["lang"],
});
