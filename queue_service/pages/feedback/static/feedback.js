// The feedback terminal: asks two questions, sends what was answered, and begins again.

import { $, announce, findAll, page, pageData, reloadIfReachable, show } from "/static/js/page.js";
import { language, setLanguage, t, translate } from "/static/js/texts.js";
import { send, sendKept } from "./answers.js";

const GONE_MS = 20_000; // after so long without a press the citizen has left
const THANKS_MS = 4000;
const DEAF_MS = 500; // the second tap of a double tap answers no further question
const RETRY_MS = 10_000;
const RELOAD_MS = 3_600_000;

/** @type {string[]} */
const questions = pageData().questions;

/** @type {Record<string, number>} */
let ratings = {};
let asked = 0; // which question is on show; as many as there are: the thanks
let shownAt = 0; // performance.now
/** @type {ReturnType<typeof setTimeout> | undefined} */
let leaving;

function draw() {
  const thanks = asked === questions.length;
  show("#question", !thanks);
  show("#thanks", thanks);
  show("#skip", asked > 0);
  if (!thanks) {
    $("#title").textContent = t(questions[asked]);
    $("#step").textContent = t("step", { n: asked + 1, of: questions.length });
  }
  for (const button of findAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language()));
  }
}

/** @param {number} question */
function ask(question) {
  asked = question;
  shownAt = performance.now();
  draw();
  const thanks = asked === questions.length;
  if (thanks) finish();
  wait(thanks ? THANKS_MS : GONE_MS);
  $(thanks ? "#thanks-title" : "#title").focus();
}

function finish() {
  if (Object.keys(ratings).length > 0) send(ratings);
  ratings = {};
}

/** @param {number} milliseconds */
function wait(milliseconds) {
  clearTimeout(leaving);
  leaving = setTimeout(leave, milliseconds);
}

// A citizen who leaves after the first question has answered that one, and is thanked for it.
function leave() {
  if (asked > 0 && asked < questions.length) ask(questions.length);
  else begin();
}

function begin() {
  clearTimeout(leaving);
  setLanguage(page.lang);
  announce("");
  asked = 0;
  shownAt = performance.now();
  draw();
  $("#title").focus(); // the thanks had the focus, and the keys count where the question has it
}

const isDeaf = () => performance.now() - shownAt < DEAF_MS;

/** @param {number} rating */
function answer(rating) {
  if (asked === questions.length || isDeaf()) return;
  ratings[questions[asked]] = rating;
  ask(asked + 1);
}

for (const button of findAll("[data-rating]")) {
  button.addEventListener("click", () => answer(Number(button.dataset.rating)));
}
for (const button of findAll("[data-language]")) {
  button.addEventListener("click", () => {
    setLanguage(button.dataset.language ?? page.lang);
    draw();
    wait(asked === questions.length ? THANKS_MS : GONE_MS);
    if (asked < questions.length) $("#title").focus();
  });
}
$("#skip").addEventListener("click", () => {
  if (!isDeaf()) ask(asked + 1);
});
// Keys of one character count only if the question or an answer has the focus (WCAG 2.1.4).
$("#question").addEventListener("keydown", (event) => {
  if (/^[1-5]$/.test(event.key) && !event.repeat) answer(Number(event.key));
});
// Anyone who touches, types or moves on is still there.
for (const name of ["pointerdown", "keydown", "focusin"]) {
  addEventListener(name, () => {
    if (asked > 0 && asked < questions.length) wait(GONE_MS);
  });
}
addEventListener("pagehide", finish);
setInterval(sendKept, RETRY_MS);
setInterval(() => {
  reloadIfReachable(() => asked === 0);
}, RELOAD_MS);

translate(document);
begin();
sendKept();
