// A form of the configuration works without this: it adds and moves rows without loading the page
// again, lets sentences about the input follow it, and asks before input is lost.

import { $, announce, find, findAll } from "/static/js/page.js";
import { oneAtATime } from "/static/js/requests.js";

const TIMEOUT_MS = 8000;
const TYPED_MS = 400; // after so long without a key the input is looked at
let saving = false;
let changing = false;

const form = () => /** @type {HTMLFormElement} */ ($("#form"));
const written = () => fields(new FormData(form())).toString();

/** @param {FormData} data */
const fields = (data) => new URLSearchParams(/** @type {any} */ (data));

/**
 * The page with the form as it is filled in. Nothing is saved.
 * @param {FormData} sent
 */
async function filledIn(sent) {
  const response = await fetch(form().action, {
    method: "POST",
    body: fields(sent),
    credentials: "same-origin",
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/** The sentences about the input follow it: the server words them, with and without this. */
const follow = oneAtATime(async () => {
  const sent = new FormData(form());
  sent.append("do", "look");
  const fresh = await filledIn(sent);
  for (const one of findAll("[data-follows]", form())) {
    const now = find(`#${CSS.escape(one.id)}`, fresh);
    if (now && now.innerHTML !== one.innerHTML) one.replaceChildren(...now.childNodes);
  }
});
/** @type {ReturnType<typeof setTimeout> | undefined} */
let typed;

function followSoon() {
  clearTimeout(typed);
  if (find("[data-follows]", form())) typed = setTimeout(follow, TYPED_MS);
}

/**
 * The server makes the row, so a row is one and the same with and without this.
 * @param {HTMLButtonElement} button
 */
async function change(button) {
  const fresh = await filledIn(new FormData(form(), button));
  const open = [...form().querySelectorAll("details")].map((details) => details.open);
  form().replaceChildren(...$("#form", fresh).childNodes);
  form().querySelectorAll("details").forEach((details, nth) => {
    details.open ||= open[nth] ?? false;
  });
  find("[autofocus]", form())?.focus();
}

/**
 * A moved row is saved at once; other changes stay unsaved.
 * @param {HTMLButtonElement} button
 */
async function changeOnce(button) {
  if (changing) return;
  changing = true;
  const clean = written() === opened;
  try {
    await change(button);
  } finally {
    changing = false;
  }
  const news = find("[data-notice]", form());
  if (!news) return;
  announce(news.textContent ?? "");
  if (clean) opened = written();
}

/** @param {SubmitEvent} event */
async function press(event) {
  const submitter = /** @type {HTMLButtonElement | null} */ (event.submitter);
  if (submitter?.formTarget) return; // a preview in a frame: this page stays
  if (submitter?.name !== "do") {
    saving = true;
    return;
  }
  event.preventDefault();
  submitter.setAttribute("aria-busy", "true");
  try {
    await changeOnce(submitter);
  } catch {
    saving = true;
    withAction(submitter).submit(); // the browser's own way, with its own word on what is wrong
  }
}

/** @param {HTMLButtonElement} button */
function withAction({ name, value }) {
  const hidden = document.createElement("input");
  Object.assign(hidden, { type: "hidden", name, value });
  form().append(hidden);
  return form();
}

// If the form came back with something to correct, nothing of it is saved either.
let opened = form().querySelector("[aria-invalid], [role=alert]") ? null : written();
form().addEventListener("submit", press);
form().addEventListener("input", followSoon);
addEventListener("pageshow", () => {
  saving = false;
});
addEventListener("beforeunload", (event) => {
  if (!saving && written() !== opened) event.preventDefault();
});
for (const link of findAll("[data-leave]")) {
  link.addEventListener("click", () => {
    saving = true; // Cancel is deliberate
  });
}
