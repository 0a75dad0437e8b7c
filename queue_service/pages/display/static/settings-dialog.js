// The dialog for whoever sets a screen up: key S, or a long press on the clock. Anybody can reach
// those, so a screen of the room asks who it is first.

import { post } from "/static/js/api.js";
import { $, el, page } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { saveSettings } from "./settings.js";
import { voiceFor } from "./voice.js";
import { languages } from "./words.js";

const LONG_PRESS_MS = 1200;
const LEFT_MS = 60_000;
const CHECKS = ["speech", "waiting", "silent"];

/** `settings` is changed in place; `changed()` is called after that, `tryOut()` makes a sound. */
export function settingsDialog(settings, { changed, tryOut }) {
  const dialog = $("#settings");
  const show = () => {
    fill(settings);
    dialog.showModal();
  };
  const unlock = unlockDialog(show);
  const open = () => {
    if (dialog.open || $("#unlock").open) return;
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

// Asks for a name and a password, and calls `passed` if they are those of the branch's staff.
function unlockDialog(passed) {
  const dialog = $("#unlock");
  const [name, password, told] = ["name", "password", "told"].map((id) => $(`#unlock-${id}`));
  const clear = () => {
    name.value = password.value = told.textContent = "";
  };
  $("#unlock-cancel").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", clear);
  closeWhenLeft(dialog);
  $("#unlock-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const given = { name: name.value, password: password.value };
    password.value = "";
    try {
      const address = `${location.origin}/display/${page.branch}/unlock`;
      const answer = await post(address, given, { retry: false });
      if (answer?.staff !== true) throw new Error("this was no answer to the question");
    } catch ({ status }) {
      told.textContent = t(
        { 401: "unlock.wrong", 403: "unlock.wrong", 429: "unlock.later" }[status] ?? "unlock.lost",
      );
      return;
    }
    dialog.close();
    passed();
  });
  return () => {
    clear();
    dialog.showModal();
  };
}

// A dialog that somebody walked away from would cover the calls.
function closeWhenLeft(dialog) {
  let timer = null;
  const restart = () => {
    clearTimeout(timer);
    if (dialog.open) timer = setTimeout(() => dialog.close(), LEFT_MS);
  };
  for (const name of ["toggle", "input", "keydown", "pointerdown"]) {
    dialog.addEventListener(name, restart);
  }
}

function fill(settings) {
  $("#set-volume").value = settings.volume;
  for (const name of CHECKS) $(`#set-${name}`).checked = settings[name];
  rows().forEach(([from, to], index) => {
    [from.value, to.value] = settings.quiet[index] ?? ["", ""];
  });
  $("#set-voices").replaceChildren(...languages().map((lang) => el("li", {}, voiceOf(lang))));
}

function read() {
  const spans = rows().map((row) => row.map((input) => input.value));
  return {
    volume: Number($("#set-volume").value),
    ...Object.fromEntries(CHECKS.map((name) => [name, $(`#set-${name}`).checked])),
    quiet: spans.filter(([from, to]) => from && to),
  };
}

const rows = () =>
  [...document.querySelectorAll(".set__row")].map((row) => [
    $("[data-from]", row),
    $("[data-to]", row),
  ]);

function voiceOf(lang) {
  const language = new Intl.DisplayNames([document.body.dataset.lang], { type: "language" }).of(
    lang,
  );
  const name = language.charAt(0).toUpperCase() + language.slice(1);
  const voice = voiceFor(lang)?.name;
  return voice ? t("set.voice", { language: name, voice }) : t("set.no_voice", { language });
}

function toggleFullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen().catch(() => {});
}

function onLongPress(element, act) {
  let timer = null;
  const stop = () => clearTimeout(timer);
  element.addEventListener("pointerdown", () => {
    stop();
    timer = setTimeout(act, LONG_PRESS_MS);
  });
  for (const name of ["pointerup", "pointerleave", "pointercancel"]) {
    element.addEventListener(name, stop);
  }
}
