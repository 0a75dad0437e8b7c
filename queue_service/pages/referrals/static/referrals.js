// The referrals' page: drawn by the server, and redrawn whenever a referral changes. A press sends
// its form without leaving the page; keys do the same for the case that has the focus, else the
// first.

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
  page,
  store,
  stored,
} from "/static/js/page.js";
import { oneAtATime } from "/static/js/requests.js";
import { redraw } from "/static/js/redraw.js";
import { t } from "/static/js/texts.js";

/** @import { Bindings } from "/static/js/keys.js" */

const TOGETHER_MS = 150; // events this close share one fetch
const TIMEOUT_MS = 8000;

const SETTINGS = `referrals.${page.branch}`;
let usesKeys = stored(SETTINGS)?.keys ?? true;
let drawn = $("#lists").innerHTML;
let sending = false;
let again = false; // asked for while a press was being sent
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

const cases = () => findAll("#lists .referral");
const current = () => focusedCase() ?? cases()[0];
const focusedCase = () => cases().find((one) => one.contains(document.activeElement));

/** Fetch the current page, and draw what has changed. */
const refresh = oneAtATime(async () => {
  clearTimeout(timer);
  timer = undefined;
  again = sending;
  // The event stream says when the connection is lost, and asks for this again when it is back.
  if (!sending) await load(location.href).then((text) => !sending && show(text));
});

function refreshSoon() {
  timer ??= setTimeout(refresh, TOGETHER_MS);
}

/**
 * @param {string} address
 * @param {RequestInit} [options]
 */
async function load(address, options = {}) {
  const answer = await fetch(address, {
    ...options,
    credentials: "same-origin",
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await answer.text();
  // A login that has ended, or a service that does not answer, is no page of referrals.
  if (!new URL(answer.url).pathname.startsWith("/referrals/") || !text.includes('id="lists"')) {
    throw new Error("no list came back");
  }
  return text;
}

/** @param {string} text */
function show(text) {
  const fresh = $("#lists", new DOMParser().parseFromString(text, "text/html"));
  if (fresh.innerHTML === drawn) return;
  drawn = fresh.innerHTML;
  redraw($("#lists"), document.adoptNode(fresh));
  markCurrent();
}

/** @param {SubmitEvent} event */
async function submit(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.closest("#lists") || form.method !== "post") return;
  event.preventDefault();
  if (sending) return;
  const button = /** @type {HTMLButtonElement} */ (event.submitter);
  const body = new URLSearchParams(/** @type {any} */ (new FormData(form, button)));
  if (body.has("to") && !body.has("category")) {
    say(t("choose"));
    find("[name=category]", form)?.focus();
    return;
  }
  sending = true;
  const next = cases().indexOf(/** @type {HTMLElement} */ (form.closest(".referral")));
  say("");
  try {
    const text = await load(button.formAction, { method: "POST", body });
    const refused = text.includes('id="refused"');
    form.reset(); // the choice has been sent
    for (const details of findAll("details[open]", form)) details.removeAttribute("open");
    show(text);
    if (refused) say(t("refused"));
    else announce(t("done"));
    if (!focusedCase()) rest(next);
  } catch {
    say(t("lost"));
  }
  sending = false;
  if (again) refresh();
}

/**
 * The focus goes to the case at the position of the answered one.
 * @param {number} index
 */
function rest(index) {
  const left = cases();
  const there = left[Math.min(index, left.length - 1)];
  (there ?? $("#lists [data-rest]")).focus({ preventScroll: !there });
}

/** @param {string} words */
function say(words) {
  $("#trouble").replaceChildren(
    ...(words ? [el("p", { class: "banner banner--warn" }, icon("warning"), words)] : []),
  );
}

/**
 * Enter would press the first button of the form, which was not chosen.
 * @param {KeyboardEvent} event
 */
function onKey(event) {
  const chosen = /** @type {Element} */ (event.target).closest("#lists form.referral__ends input");
  if (event.key === "Enter" && chosen) event.preventDefault();
}

/** @type {Bindings} */
const CASE_KEYS = {
  next_row: () => step(1),
  previous_row: () => step(-1),
  take: () => press("take"),
  send_on: () => press("send_on"),
  settle: () => press("settle"),
  answer: (key) => {
    const here = current();
    const open = here && find("details[open]", here);
    const wanted = open && find(`[aria-keyshortcuts="${key}"]`, open);
    return wanted ? pressThis(wanted) : sayOfKeys(t("idle.answer"));
  },
};

/**
 * Press the button of a command at the case that has the focus, else the first.
 * @param {string} command
 */
function press(command) {
  const here = current();
  const button = here && find(`[data-command="${command}"]`, here);
  return button ? pressThis(button) : sayOfKeys(t(here ? "idle.case" : "idle.none"));
}

/** @param {HTMLElement} button */
function pressThis(button) {
  button.focus({ preventScroll: true });
  button.click();
}

/** @param {number} by */
function step(by) {
  const all = cases();
  const at = all.findIndex((one) => one.contains(document.activeElement));
  all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))]?.focus();
}

// One at a time: the digits act on the open part of a case.
/** @param {Event} event */
function onToggle({ target }) {
  const opened = /** @type {HTMLDetailsElement} */ (target);
  if (!opened.open) return;
  const others = findAll("details[open]", opened.closest(".referral") ?? document.body);
  for (const other of others) if (other !== opened) other.removeAttribute("open");
}

function markCurrent() {
  const here = current();
  for (const one of cases()) one.toggleAttribute("data-current", one === here);
}

function listen() {
  switchKeys($input("#keys"), usesKeys, (on) => {
    usesKeys = on;
    store(SETTINGS, { keys: on });
  });
  addEventListener("keydown", onKey);
  listenForKeys(() => CASE_KEYS, () => usesKeys);
  addEventListener("submit", submit);
  addEventListener("focusin", markCurrent);
  addEventListener("toggle", onToggle, { capture: true });
}

listen();
markCurrent();
const live = follow();
showConnection(live);
live.onEvent(({ name }) => name.startsWith("referral.") && refreshSoon());
live.onState(refreshSoon);
live.onLive(refreshSoon);
