// A number on its citizen's phone: what is shown, and what the citizen can do.

import { $, find, findAll, pageData } from "/static/js/page.js";
import { language, t } from "/static/js/texts.js";
import { clock } from "/static/js/times.js";
import { Alerting } from "./alerting.js";
import { draw, laterTimes } from "./draw.js";
import { act, Updates } from "./updates.js";

/** @import { Setup, Shown } from "./draw.js" */

const WAITS = ["waiting", "next", "not_today", "untaken", "held", "carried"]; // states before the call

/** @type {Setup} */
const setup = pageData();
let shown = setup.shown;
/** @type {typeof import("./reminding.js") | undefined} */
let reminding;
const alerting = new Alerting();

/** @param {Shown} next */
function show(next) {
  // Names and services are others, or staff added an errand, whose texts are not here.
  const own = $("#errands").hasAttribute("disabled"); // they come with the answer
  const added = !next.bring && !own && next.errands.length > shown.errands.length;
  if (added || next.revision !== setup.shown.revision) return location.reload();
  Object.assign(setup.bring, next.bring);
  alerting.changed(shown, next);
  shown = next;
  redraw();
}

function redraw() {
  draw(setup, shown);
  alerting.offer(shown);
  const remind = find("#remind");
  if (!remind) return;
  const over = !WAITS.includes(shown.state);
  if (over && !remind.hidden) {
    setup.reminder = null;
    reminding?.ended(shown.state);
  }
  remind.hidden = over;
}

const updates = new Updates({
  show,
  over: () => location.reload(),
  stale: (since) => {
    alerting.stale = since !== null;
    alerting.offer(shown);
    const banner = $("#connection");
    banner.hidden = since === null;
    if (since === null) $("#failed").hidden = true;
    else banner.textContent = t("stale", { time: clock(since) });
  },
});

/**
 * Do something, once at a time, and show what is so then.
 * @param {string} what
 * @param {Record<string, unknown>} body
 */
async function doing(what, body = {}) {
  const buttons = document.querySelectorAll("#actions button");
  for (const button of buttons) button.toggleAttribute("disabled", true);
  const next = await act(what, body);
  for (const button of buttons) button.toggleAttribute("disabled", false);
  $("#failed").hidden = next !== null;
  if (next === null) $("#failed").textContent = t("failed");
  else if ("state" in next) show(/** @type {Shown} */ (next));
  return next;
}

/**
 * The answer to a question, whose script is loaded when it is asked for; null without one.
 * @template Answer
 * @param {(questions: typeof import("./ask.js")) => Promise<Answer>} ask
 */
async function answerTo(ask) {
  try {
    return await ask(await import("./ask.js"));
  } catch {
    return withoutConnection();
  }
}

function withoutConnection() {
  $("#failed").hidden = false;
  $("#failed").textContent = t("error.network");
  return null;
}

for (const name of ["feedback", "return", "here", "errands", "not-before", "leave"]) {
  $(`#${name} span`).textContent = t(name);
}
$("#leave").addEventListener("click", async () => {
  if (await answerTo(({ askLeave }) => askLeave(shown.number))) await doing("leave");
});
$("#not-before").addEventListener("click", async () => {
  const zone = document.body.dataset.zone ?? "";
  const time = await answerTo(({ askNotBefore }) => askNotBefore(laterTimes(setup), zone));
  if (time) await doing("not-before", { not_before: time });
});
$("#here").addEventListener("click", () => doing("not-before", { not_before: null }));
$("#return").addEventListener("click", () => doing("return"));
$("#errands").addEventListener("click", async () => {
  const services = setup.services.filter(({ id }) => id !== shown.service);
  const chosen = await answerTo(({ askErrands }) => askErrands(services, shown.errands));
  for (const errand of chosen ?? []) await doing(`errands?lang=${language()}`, errand);
});
$("#feedback").addEventListener("click", async () => {
  const next = await doing("feedback");
  if (next && "address" in next) location.assign(`${next.address}?lang=${language()}`);
});
find("#language")?.addEventListener("change", async (event) => {
  const chosen = /** @type {HTMLSelectElement} */ (event.target).value;
  if (shown.may.includes("language")) await doing("language", { language: chosen });
  location.assign(`?lang=${chosen}`);
});
// Further scripts are loaded when they are asked for.
if (setup.reminder) messages();
for (const button of findAll("[data-channel]")) {
  button.addEventListener("click", () => messages(button.dataset.channel));
}

/** @param {string} [asked] the channel that was pressed */
async function messages(asked) {
  try {
    reminding = await import("./reminding.js");
    await reminding.offer(setup.reminder, asked);
    $("#failed").hidden = true;
  } catch {
    withoutConnection();
  }
}

redraw();
updates.begin();
