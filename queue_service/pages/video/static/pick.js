// Choosing the screens to serve, and the team in each branch: the state of each, and what it would
// take.

import { post } from "/static/js/api.js";
import { $, el, find, icon } from "/static/js/page.js";
import { named, t, tn } from "/static/js/texts.js";
import { draw, hint } from "/static/pages/counter/draw.js";
import {
  branchName,
  choice,
  choose,
  keyOf,
  screenName,
  stands,
  takes,
  teamFor,
  teamName,
  teamsOf,
} from "./screens.js";

/** @import { VideoCounter } from "/static/js/types.d.ts" */

let trouble = "";
/** @type {Set<string>} */
let ticked = new Set(choice().screens);
/** @type {Record<string, string>} */
let picked = {}; // teams that the clerk has chosen here
let asked = false; // whether the clerk has ticked anything here
let done = () => {};

/** Start again, with the last choice. */
export function beginPick() {
  trouble = "";
  ticked = new Set(choice().screens);
  picked = {};
  asked = false;
}

/**
 * Draw the choice; `arrive` is called once the screens are open.
 * @param {() => unknown} arrive
 */
export function drawPick(arrive) {
  done = arrive;
  // A single screen needs no choice.
  if (!asked && stands.all.length === 1) ticked.add(keyOf(stands.all[0]));
  const byBranch = Map.groupBy(stands.all, ({ branch }) => branch);
  const branches = [...byBranch].map(([branch, found]) => ({
    branch,
    found,
    team: teamNow(branch, found),
  }));
  // The state of the screens changes by itself: it is drawn separately, so that a list stays open.
  const form = branches.map(({ branch, found, team }) => [branch, found.map(keyOf), team]);
  draw($("#pick"), [form, [...ticked], stands.at === null, trouble], () => [
    el("h1", { id: "pick-title", tabindex: "-1" }, t("pick.title")),
    branches.length ? drawForm(branches) : stands.at !== null && none(),
  ]);
  for (const { branch, found, team } of branches) {
    for (const screen of found) drawState(screen);
    drawWarnings(branch, found, team);
  }
}

const none = () => el("p", { class: "lead" }, t("screens.none"));

/**
 * The clerk's own choice, else an open screen's team, else the last one, if it takes something there.
 * @param {string} branch
 * @param {VideoCounter[]} found
 */
function teamNow(branch, found) {
  const own = picked[branch];
  if (own) return own;
  const wanted = found.filter((screen) => ticked.has(keyOf(screen)));
  const screens = wanted.length ? wanted : found;
  return teamFor(branch, screens, [...screens.map(({ team }) => team), choice().teams[branch]]);
}

/** @param {{ branch: string, found: VideoCounter[], team: string }[]} branches */
function drawForm(branches) {
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    return openAll(branches);
  };
  return el(
    "form",
    { class: "stack gap-5", on: { submit } },
    el("p", { class: "lead soft" }, t("pick.lead")),
    branches.map(({ branch, found, team }) =>
      el(
        "fieldset",
        { class: "pick__branch" },
        el("legend", { class: "strong large" }, branchName(branch)),
        el("div", { class: "pick__screens" }, found.map(box)),
        teamField(branch, team),
        el("div", { class: "stack gap-2", id: `pick-warnings-${branch}`, role: "status" }),
      )
    ),
    el("p", { class: "field__error", role: "alert" }, trouble),
    el(
      "p",
      {},
      el(
        "button",
        { class: "button button--primary button--large", "aria-keyshortcuts": "Enter" },
        t("pick.go"),
        hint("Enter"),
      ),
    ),
  );
}

/** Do what the button of the form does. */
export const submitPick = () =>
  /** @type {HTMLFormElement | null} */ (find("#pick form"))?.requestSubmit();

/** @param {VideoCounter} screen */
function box(screen) {
  const key = keyOf(screen);
  const input = el("input", {
    type: "checkbox",
    name: "screen",
    value: key,
    checked: ticked.has(key),
    dataset: { key: `tick-${key}` },
  });
  input.addEventListener("change", () => {
    asked = true;
    if (input.checked) ticked.add(key);
    else ticked.delete(key);
    drawPick(done);
  });
  const name = el("strong", {}, screenName(screen));
  return el(
    "label",
    { class: "pick__screen option" },
    input,
    el("span", { class: "grow" }, name, el("small", { class: "pick__facts", id: `pick-${key}` })),
  );
}

/** @param {VideoCounter} screen */
function drawState(screen) {
  const place = document.getElementById(`pick-${keyOf(screen)}`);
  if (!place) return;
  const { state, number, team, branch, waiting } = screen;
  const facts = [
    el("span", { class: `badge badge--${TONES[state]}` }, t(`counter.${state}`, { number })),
    el(
      "span",
      {},
      [teamName(branch, team), tn("pick.waiting", waiting)].filter(Boolean).join(" · "),
    ),
  ];
  const first = firstThere(screen);
  draw(place, [state, number, team, waiting, first], () => [
    ...facts,
    first ? el("span", {}, first) : null,
  ]);
}

const TONES = {
  closed: "closed",
  free: "good",
  called: "waiting",
  serving: "waiting",
  paused: "closed",
};

/** @param {VideoCounter} screen */
function firstThere({ next }) {
  if (!next) return "";
  const minutes = Math.floor(next.waiting_seconds / 60);
  const { number } = next;
  if (!minutes) return t("pick.first.short", { number });
  return t("pick.first", { number, time: tn("minutes", minutes) });
}

/**
 * The services of each ticked screen, and the changes there.
 * @param {string} branch
 * @param {VideoCounter[]} found
 * @param {string} team
 */
function drawWarnings(branch, found, team) {
  const place = document.getElementById(`pick-warnings-${branch}`);
  if (!place) return;
  const wanted = found.filter((screen) => ticked.has(keyOf(screen)));
  const facts = wanted.map((screen) => [keyOf(screen), screen.state, screen.team, screen.number]);
  draw(place, [facts, team], () => wanted.flatMap((screen) => warnings(screen, team)));
}

/**
 * @param {VideoCounter} screen
 * @param {string} team
 */
function warnings(screen, team) {
  const counter = screenName(screen);
  const names = takes(screen, team).map(({ name }) => named(name));
  const values = { counter, team: teamName(screen.branch, team), services: names.join(", ") };
  const warning = t(team ? "pick.takes.none" : "pick.takes.nothing", values);
  return [
    names.length
      ? el("p", { class: "soft" }, t("pick.takes", values))
      : el("p", { class: "banner banner--warn" }, icon("warning"), el("span", {}, warning)),
    ...there(screen, team).map((one) => el("p", { class: "soft" }, one)),
  ];
}

/**
 * A clerk serves it already.
 * @param {VideoCounter} screen
 * @param {string} team
 */
function there(screen, team) {
  const { branch, state, number, team: now } = screen;
  if (state === "closed") return [];
  const changes = Boolean(now && team && now !== team);
  const from = teamName(branch, now);
  const values = { counter: screenName(screen), number, from, to: teamName(branch, team) };
  const note = t(changes ? "choose.takeover.team" : "choose.takeover.note", values);
  return number ? [note, t("choose.takeover.visit", values)] : [note];
}

/**
 * @param {string} branch
 * @param {string} team
 */
function teamField(branch, team) {
  const teams = teamsOf(branch);
  if (teams.length < 2) return null;
  const id = `team-${branch}`;
  const select = /** @type {HTMLSelectElement} */ (el(
    "select",
    { class: "input", id, dataset: { team: branch, key: id } },
    teams.map((one) => el("option", { value: one.id, selected: one.id === team }, named(one.name))),
  ));
  select.addEventListener("change", () => {
    picked[branch] = select.value;
    drawPick(done);
  });
  return el(
    "div",
    { class: "field pick__team" },
    el(
      "label",
      { for: id },
      t("pick.team"),
      " ",
      el("span", { class: "visually-hidden" }, branchName(branch)),
    ),
    select,
  );
}

/** @param {{ branch: string, found: VideoCounter[], team: string }[]} branches */
async function openAll(branches) {
  trouble = ticked.size ? "" : t("pick.one");
  if (!ticked.size) {
    drawPick(done);
    find("#pick input")?.focus();
    return;
  }
  const teams = Object.fromEntries(branches.map(({ branch, team }) => [branch, team]));
  choose({ screens: [...ticked], teams: { ...choice().teams, ...teams } });
  try {
    for (const screen of stands.all.filter((one) => ticked.has(keyOf(one)))) {
      const changes = screen.team !== (teams[screen.branch] || null);
      if (["closed", "paused"].includes(screen.state) || changes) await open(screen);
    }
    done();
  } catch (error) {
    trouble = /** @type {{ sentence?: string }} */ (error).sentence ?? t("error.unknown");
    drawPick(done);
  }
}

/**
 * Open a screen, as the team that was chosen for its branch; an open screen gets that team.
 * @param {{ branch: string, counter: string }} screen
 */
export const open = (screen) =>
  post(pathOf(screen, "open"), { team: choice().teams[screen.branch] || null });

/**
 * The address of actions at a screen.
 * @param {{ branch: string, counter: string }} screen
 * @param {string} verb
 */
export const pathOf = ({ branch, counter }, verb) =>
  `/api/v1/branches/${encodeURIComponent(branch)}/counters/${encodeURIComponent(counter)}/${verb}`;
