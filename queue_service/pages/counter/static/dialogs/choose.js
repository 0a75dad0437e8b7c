// Choosing the counter and the team, and opening it or taking it over.

import { isCarriedOver } from "/static/js/interventions.js";
import { $, announce, el, find, icon } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { t } from "/static/js/texts.js";
import { ask } from "./ask.js";
import { asked, askedBanner } from "./asked.js";
import {
  closedSentence,
  configuration,
  counterName,
  reasonName,
  serviceName,
  takes,
  teamName,
} from "../branch.js";
import { command } from "../commands/commands.js";
import { draw, hint } from "../draw.js";
import { model } from "../model.js";
import { lastCounter } from "../storage.js";

/** @import { BranchState, Counter, CounterInState, CounterState, Team } from "/static/js/types.d.ts" */
/** @typedef {(counter: Counter) => void} Enter */
/** @typedef {{ id: string, label: string, note?: string, pick: () => void, checked: boolean }} Choice */

/** @type {string | null} */
let wanted = null; // the counter to begin with, while it is closed
/** @type {string | null} */
let picked = null; // the clerk's own choice
/** @type {string | null} */
let counterId = null; // the one shown as chosen
let teamId = ""; // the one shown as chosen
/** @type {string | null} */
let pickedTeam = null; // the clerk's own choice, for the counter that is chosen
let notice = "";

/**
 * Begin choosing, with the last choice of this browser; `reason` says why, if there is one.
 * @param {string | null} preferred
 */
export function beginChoosing(preferred, reason = "") {
  wanted = preferred;
  picked = null;
  pickedTeam = null;
  notice = reason;
  announce(reason); // also instead of what was news at the counter that is left
}

/**
 * Draw the choice. `enter(counter)` follows when a counter was opened.
 * @param {Enter} enter
 */
export function drawChoose(enter) {
  const root = $("#choose");
  root.hidden = model.counter !== null || model.state === null;
  if (root.hidden || model.state === null) return;
  const { counters } = model.state;
  counterId = counters.some(({ id }) => id === picked) ? picked : firstChoice(counters);
  const stand = counters.find(({ id }) => id === counterId);
  const { teams } = configuration();
  teamId = teams.find(({ id }) => id === pickedTeam)?.id ?? firstTeam(teams, stand);
  const closed = closedWords(model.state);
  const said = asked();
  draw(root, [counters, counterId, teamId, notice, closed, said], () => [
    el("h1", { id: "choose-title", tabindex: "-1" }, t("choose.title")),
    notice ? banner("info", notice) : null,
    closed ? banner("door", closed) : null,
    ...said.map(askedBanner),
    form(counters, teams, stand, enter),
    el("div", { id: "choose-trouble", class: "trouble", role: "alert" }),
  ]);
}

/**
 * The notice of a closed branch, and the fate of waiting visits; "" while it is open.
 * @param {BranchState} state
 */
function closedWords(state) {
  const closed = closedSentence();
  if (!closed || !state.queues.some(({ waiting }) => waiting > 0)) return closed;
  return t(isCarriedOver(state, serverClock.now()) ? "free.carried" : "free.after", { closed });
}

/**
 * @param {string} symbol
 * @param {string} words
 */
const banner = (symbol, words) => el("p", { class: "banner" }, icon(symbol), words);

/**
 * None if somebody is at every counter: no counter is taken over by pressing Enter once.
 * @param {CounterInState[]} counters
 */
function firstChoice(counters) {
  const closed = counters.filter(({ state }) => state === "closed").map(({ id }) => id);
  const usual = [wanted, lastCounter()?.counter].find((id) => id && closed.includes(id));
  return usual ?? closed[0] ?? null;
}

/**
 * An open counter keeps its team, unless another is chosen on purpose.
 * @param {Team[]} teams
 * @param {CounterInState | undefined} stand
 */
function firstTeam(teams, stand) {
  const usual = [stand?.team, lastCounter()?.team];
  return usual.find((id) => teams.some((team) => team.id === id)) ?? teams[0]?.id ?? "";
}

/**
 * @param {CounterInState[]} counters
 * @param {Team[]} teams
 * @param {CounterInState | undefined} stand
 * @param {Enter} enter
 */
function form(counters, teams, stand, enter) {
  const open = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!stand || !(await sure(stand))) return;
    /** @type {Record<string, string>} */
    const body = teamId ? { team: teamId } : {};
    const path = `/counters/${encodeURIComponent(stand.id)}/open`;
    const counter = await command(path, body, { where: "choose" });
    if (counter) enter(counter);
  };
  return el(
    "form",
    { class: "stack gap-5", on: { submit: open } },
    choices(t("choose.counter"), "counter", counters.map(counterChoice)),
    teams.length > 1 ? choices(t("choose.team"), "team", teams.map(teamChoice)) : null,
    stand ? summary(stand) : el(
      "p",
      { class: "soft stack gap-1" },
      t(counters.length ? "choose.all_open" : "choose.none"),
    ),
    stand ? openButton(stand) : null,
  );
}

/** @param {CounterInState} stand */
function openButton({ id, state }) {
  const taken = isTaken(state);
  const classes = taken ? "" : "button--primary";
  const key = taken ? "choose.takeover" : "choose.open";
  return el(
    "button",
    {
      class: `button ${classes} button--large`,
      dataset: { key: "open" },
      "aria-keyshortcuts": "Enter",
    },
    taken ? icon("swap") : null,
    t(key, { counter: counterName(id) }),
    hint("Enter"),
  );
}

/** Do what the button under the choice says: open the counter, or ask about taking it over. */
export const openChosen = () =>
  /** @type {HTMLFormElement | null} */ (find("#choose form"))?.requestSubmit();

/** @param {CounterState} state */
const isTaken = (state) => state !== "closed";

/** @param {CounterInState} stand */
function takeover({ id, state, number, team }) {
  if (!isTaken(state)) return [];
  const names = { counter: counterName(id), from: teamName(team), to: teamName(teamId) };
  const changes = Boolean(team && teamId && team !== teamId);
  const note = t(changes ? "choose.takeover.team" : "choose.takeover.note", names);
  return number ? [note, t("choose.takeover.visit", { number })] : [note];
}

/** @param {CounterInState} stand */
function summary(stand) {
  const names = takes(stand.id, teamId).map(({ id }) => serviceName(id)).join(", ");
  const services = names ? t("choose.takes", { services: names }) : t("choose.takes.none");
  return el(
    "div",
    { class: "soft stack gap-1", role: "status" },
    lines([...takeover(stand), services]),
  );
}

/** @param {string[]} facts */
const lines = (facts) => facts.map((fact) => el("p", {}, fact));

/**
 * Taking over from somebody, and opening a branch that is closed, is a step of its own.
 * @param {CounterInState} stand
 */
function sure(stand) {
  const counter = counterName(stand.id);
  const [kind, facts] = isTaken(stand.state)
    ? ["takeover", takeover(stand)]
    : ["open", [closedSentence(), t("choose.open.note")]];
  if (kind === "open" && !closedSentence()) return true;
  const symbol = kind === "open" ? "door" : "swap";
  return ask({
    title: t(`choose.${kind}.ask`, { counter }),
    before: el("div", { class: "stack gap-1" }, lines(facts)),
    groups: [{ options: [{ label: t(`choose.${kind}`, { counter }), value: true, icon: symbol }] }],
    careful: true,
  });
}

/**
 * @param {string} legend
 * @param {string} name
 * @param {Choice[]} options
 */
function choices(legend, name, options) {
  return el(
    "fieldset",
    { class: "choices" },
    el("legend", {}, legend),
    el("div", { class: "choices__list cards gap-3" }, options.map((option) => radio(name, option))),
  );
}

/**
 * @param {string} name
 * @param {Choice} choice
 */
function radio(name, { id, label, note, pick, checked }) {
  const input = el("input", {
    type: "radio",
    name,
    value: id,
    checked,
    dataset: { key: `${name}-${id}` },
    on: { change: pick },
  });
  const words = el("span", {}, el("strong", {}, label), note ? el("small", {}, note) : null);
  return el("label", { class: "choices__one option inline" }, input, words);
}

/**
 * @param {CounterInState} stand
 * @returns {Choice}
 */
const counterChoice = (stand) => ({
  id: stand.id,
  label: counterName(stand.id),
  note: [
    t(`counter.${stand.state}`, { number: stand.number }),
    stand.pause && reasonName(stand.pause.reason),
    teamName(stand.team),
  ]
    .filter(Boolean)
    .join(" · "),
  checked: stand.id === counterId,
  pick: () => choose(() => ([picked, pickedTeam] = [stand.id, null])),
});

/**
 * @param {Team} team
 * @returns {Choice}
 */
const teamChoice = ({ id }) => ({
  id,
  label: teamName(id),
  checked: id === teamId,
  pick: () => choose(() => (pickedTeam = id)),
});

let redraw = () => {};

/**
 * Register the function that draws the page after a choice.
 * @param {() => void} listener
 */
export function onChoice(listener) {
  redraw = listener;
}

/** @param {() => void} set */
function choose(set) {
  set();
  notice = "";
  redraw();
}
