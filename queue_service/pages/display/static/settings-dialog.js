// The dialog for setting up a screen: key S, or a long press on the clock. These are within
// anyone's reach, so a screen of the room asks for a login first.

import { asApiError, get, post } from "/static/js/api.js";
import { languageName } from "/static/js/languages.js";
import {
  $,
  $dialog,
  $input,
  el,
  findAll,
  page,
  pageData,
  show as showPart,
} from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { saveSettings } from "./settings.js";
import { languages } from "./languages.js";

/** @import { Settings } from "./settings.js" */

/** @type {Record<number, string>} */
const REFUSALS = { 401: "unlock.wrong", 403: "unlock.wrong", 429: "unlock.later" };
/** @type {Record<number, string>} */
const PIN_REFUSALS = { ...REFUSALS, 403: "unlock.pin_wrong" };
const PIN_MS = 1500; // how long the dialog waits to know whether there is a PIN now
const LONG_PRESS_MS = 1200;
const LEFT_MS = 60_000;
const CHECKS = /** @type {const} */ (["speech", "waiting", "silent"]);

/**
 * `settings` is changed in place; `changed()` is called after that, `tryOut()` makes a sound, and
 * `voiceOf` gives the name of a language's voice; "" without one.
 * @param {Settings} settings
 * @param {{ changed: () => void, tryOut: () => void, voiceOf: (lang: string) => string }} hooks
 */
export function settingsDialog(settings, { changed, tryOut, voiceOf }) {
  const dialog = $dialog("#settings");
  const show = () => {
    fill(settings, voiceOf);
    dialog.showModal();
  };
  const unlock = unlockDialog(show);
  const open = () => {
    if (dialog.open || $dialog("#unlock").open) return;
    if (page.as === "display") unlock();
    else show();
  };
  closeWhenLeft(dialog);
  const take = () => {
    Object.assign(settings, read());
    saveSettings(settings);
    changed();
  };
  dialog.addEventListener("change", take);
  $("#set-try").addEventListener("click", tryOut);
  $("#set-full").addEventListener("click", toggleFullScreen);
  $("#settings-open").addEventListener("click", open);
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "s" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      open();
    }
  });
  onLongPress($("#clock"), open);
}

/**
 * Asks for the PIN of the branch's displays, or without one for a name and a password, and calls
 * `passed` if they are right.
 * @param {() => void} passed
 */
function unlockDialog(passed) {
  const dialog = $dialog("#unlock");
  const pin = $input("#unlock-pin");
  const login = [$input("#unlock-name"), $input("#unlock-password")];
  const refusal = $("#unlock-message");
  const here = `${location.origin}/display/${page.branch}`;
  let hasPin = pageData().pin;
  const clear = () => {
    for (const field of [pin, ...login]) field.value = "";
    refusal.textContent = "";
  };
  $("#unlock-cancel").addEventListener("click", () => dialog.close());
  // The event comes late on a slow machine: a dialog opened again meanwhile keeps its text.
  dialog.addEventListener("close", () => dialog.open || clear());
  closeWhenLeft(dialog);
  $("#unlock-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const [name, password] = login.map((field) => field.value);
    const credentials = hasPin ? { pin: pin.value } : { name, password };
    pin.value = login[1].value = "";
    try {
      const answer = await post(`${here}/unlock`, credentials, { retry: false });
      if (answer?.staff !== true) throw new Error("this was no answer to the question");
    } catch (error) {
      const refusals = hasPin ? PIN_REFUSALS : REFUSALS;
      refusal.textContent = t(refusals[asApiError(error).status] ?? "unlock.lost");
      return;
    }
    dialog.close();
    passed();
  });
  return async () => {
    const setup = await get(`${here}/setup`, { retry: false, timeout: PIN_MS }).catch(() => null);
    if (dialog.open) return;
    hasPin = setup?.pin ?? hasPin;
    showPart("#unlock-by-pin", hasPin);
    showPart("#unlock-by-login", !hasPin);
    pin.required = hasPin;
    for (const field of login) field.required = !hasPin;
    clear();
    dialog.showModal();
  };
}

/**
 * A dialog that somebody walked away from would cover the calls.
 * @param {HTMLDialogElement} dialog
 */
function closeWhenLeft(dialog) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const restart = () => {
    clearTimeout(timer);
    if (dialog.open) timer = setTimeout(() => dialog.close(), LEFT_MS);
  };
  for (const name of ["toggle", "input", "keydown", "pointerdown"]) {
    dialog.addEventListener(name, restart);
  }
}

/**
 * @param {Settings} settings
 * @param {(lang: string) => string} voiceOf
 */
function fill(settings, voiceOf) {
  $input("#set-volume").value = String(settings.volume);
  for (const name of CHECKS) $input(`#set-${name}`).checked = settings[name];
  rows().forEach(([from, to], index) => {
    [from.value, to.value] = settings.quiet[index] ?? ["", ""];
  });
  $("#set-voices").replaceChildren(
    ...languages().map((lang) => el("li", {}, voiceText(lang, voiceOf(lang)))),
  );
}

/** @returns {Settings} */
function read() {
  const spans = rows().map((row) => row.map((input) => input.value));
  const checked = (/** @type {string} */ name) => $input(`#set-${name}`).checked;
  return {
    volume: Number($input("#set-volume").value),
    speech: checked("speech"),
    waiting: checked("waiting"),
    silent: checked("silent"),
    quiet: spans.filter(([from, to]) => from && to),
  };
}

const rows = () =>
  findAll(".set__row").map((row) => [
    $input("[data-from]", row),
    $input("[data-to]", row),
  ]);

/**
 * @param {string} lang
 * @param {string} voice
 */
function voiceText(lang, voice) {
  const language = languageName(lang, page.lang);
  const name = language.charAt(0).toUpperCase() + language.slice(1);
  return voice ? t("set.voice", { language: name, voice }) : t("set.no_voice", { language });
}

function toggleFullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen().catch(() => {});
}

/**
 * @param {HTMLElement} element
 * @param {() => void} act
 */
function onLongPress(element, act) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const stop = () => clearTimeout(timer);
  element.addEventListener("pointerdown", () => {
    stop();
    timer = setTimeout(act, LONG_PRESS_MS);
  });
  for (const name of ["pointerup", "pointerleave", "pointercancel"]) {
    element.addEventListener(name, stop);
  }
}
