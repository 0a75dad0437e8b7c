// A form of the configuration works without this: it adds and moves rows without loading the page
// anew, and asks before what was written is lost.

import { announce } from "/static/js/page.js";

const TIMEOUT_MS = 8000;
let saving = false;
let changing = false;

const form = () => document.getElementById("form");
const written = () => new URLSearchParams(new FormData(form())).toString();

// The server makes the row, so a row is one and the same with and without this.
async function change(button) {
  const sent = new FormData(form(), button);
  const response = await fetch(form().action, {
    method: "POST",
    body: new URLSearchParams(sent),
    credentials: "same-origin",
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const answer = new DOMParser().parseFromString(await response.text(), "text/html");
  const open = [...form().querySelectorAll("details")].map((details) => details.open);
  form().replaceChildren(...answer.getElementById("form").childNodes);
  form().querySelectorAll("details").forEach((details, nth) => {
    details.open ||= open[nth] ?? false;
  });
  form().querySelector("[autofocus]")?.focus();
}

// What moves is saved at once; what else was written stays unsaved.
async function changeOnce(button) {
  if (changing) return;
  changing = true;
  const clean = written() === opened;
  try {
    await change(button);
  } finally {
    changing = false;
  }
  const told = form().querySelector("[data-told]");
  if (!told) return;
  announce(told.textContent);
  if (clean) opened = written();
}

async function press(event) {
  const { submitter } = event;
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
    withDeed(submitter).submit(); // the browser's own way, with its own word on what is wrong
  }
}

function withDeed({ name, value }) {
  const hidden = document.createElement("input");
  Object.assign(hidden, { type: "hidden", name, value });
  form().append(hidden);
  return form();
}

// Where the form came back with something to correct, nothing of it is saved either.
let opened = form().querySelector("[aria-invalid], [role=alert]") ? null : written();
form().addEventListener("submit", press);
addEventListener("pageshow", () => {
  saving = false;
});
addEventListener("beforeunload", (event) => {
  if (!saving && written() !== opened) event.preventDefault();
});
document.querySelectorAll("[data-leave]").forEach((link) =>
  link.addEventListener("click", () => {
    saving = true; // whoever presses Cancel means it
  })
);
