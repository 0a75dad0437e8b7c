// Pausing the counter: why, for how long so far, and going on.

import { serverClock } from "/static/js/server-clock.js";
import { keepText } from "/static/js/ticking.js";
import { el, icon } from "/static/js/page.js";
import { named, t } from "/static/js/texts.js";
import { roughly } from "/static/js/lengths.js";
import { ask } from "./dialogs/ask.js";
import { counterName, pauseReasons, reasonName } from "./branch.js";
import { command, focusStage } from "./commands/commands.js";
import { button } from "./draw.js";
import { current, mode, model, refreshWaiting, setCounter } from "./model.js";

/** @import { Pause } from "/static/js/types.d.ts" */
/** @import { Drawing } from "./stage/stage.js" */

/** Pause, or go on where the counter is paused or about to be. */
export function pauseOrGoOn() {
  if (mode() === "none" || !pauseReasons().length) return null;
  return model.counter?.pause ? endPause() : askPause();
}

async function askPause() {
  const { counter } = model;
  if (!counter) return;
  const names = { counter: counterName(counter.id), number: current()?.number };
  /** @type {string | null} */
  const reason = await ask({
    title: t(current() ? "pause.ask.after" : "pause.ask", names),
    lead: t("pause.note"),
    groups: [{
      options: pauseReasons().map(({ id, name }) => ({ label: named(name), value: id })),
      classes: "ask__choices--large",
    }],
  });
  if (reason) await change("pause", { reason });
}

/** Go on with one press: the pause is over, or the one to come is taken back. */
export const endPause = () => change("resume");

/**
 * @param {string} verb
 * @param {Record<string, string>} [body]
 */
async function change(verb, body) {
  const id = encodeURIComponent(model.counter?.id ?? "");
  const counter = await command(`/counters/${id}/${verb}`, body);
  if (!counter) return;
  setCounter(counter);
  focusStage();
  refreshWaiting();
}

/** The button that pauses, less prominent than frequent actions. */
export const pauseButton = () =>
  button(t(current() ? "pause.after" : "pause"), {
    key: "pause",
    press: pauseOrGoOn,
    command: "pause",
    icon: "pause",
    classes: current() ? "" : "button--small button--quiet",
  });

/** The same among what else can be done with a visit, unless a pause is planned already. */
export const pauseWhere = () =>
  model.counter?.pause || !pauseReasons().length ? [] : [pauseButton()];

/** The text about a coming pause, with a button to cancel it; null without one. */
export function plannedPause() {
  const { counter } = model;
  const visit = current();
  if (!counter?.pause || !visit) return null;
  const words = { number: visit.number, reason: reasonName(counter.pause.reason) };
  return el(
    "div",
    { class: "banner row row--apart" },
    el("p", { class: "row" }, icon("pause"), t("pause.planned", words)),
    button(t("pause.undo"), {
      key: "pause",
      press: endPause,
      command: "pause",
      icon: "undo",
      classes: "button--small",
    }),
  );
}

/**
 * The stage of a paused counter.
 * @param {Pause} pause
 * @returns {Drawing}
 */
export function drawPaused(pause) {
  return { facts: { pause }, make: () => ({ top: top(pause), rest: [] }) };
}

/** @param {Pause} pause */
const top = ({ reason, since }) => [
  el(
    "header",
    { class: "ticket ticket--paused" },
    el(
      "h1",
      {
        id: "stage-title",
        class: "stage__title",
        tabindex: "-1",
        dataset: { key: "title" },
      },
      icon("pause"),
      " ",
      reasonName(reason),
    ),
    keepText(
      el("p", { class: "large number" }),
      () => t("pause.for", { time: roughly(serverClock.secondsSince(since ?? "")) }),
    ),
    el("p", { class: "soft" }, t("pause.seen", { counter: counterName(model.counter?.id ?? "") })),
  ),
  el(
    "div",
    { class: "stage__act" },
    button(t("pause.go"), {
      key: "go",
      press: endPause,
      command: "go",
      classes: "button--primary stage__go",
      icon: "play",
    }),
  ),
];
