// Choosing the counter and the team, and opening it or taking it over.

import { $, announce, el, icon } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { ask } from "./ask.js";
import { configuration, counterName, serviceName, takes, teamName } from "./branch.js";
import { act } from "./deeds.js";
import { desk } from "./desk.js";
import { draw, hint } from "./draw.js";
import { closedWords } from "./hours.js";
import { recall } from "./memory.js";

let wanted = null; // the counter to begin with, while it is closed
let picked = null; // the clerk's own choice
let counterId = null; // the one shown as chosen
let teamId = null; // the one shown as chosen
let pickedTeam = null; // the clerk's own choice, for the counter that is chosen
let notice = "";

/** Begin choosing, with what this browser had last; `said` tells why, if there is a reason. */
export function beginChoosing(preferred, said = "") {
  wanted = preferred;
  picked = null;
  pickedTeam = null;
  notice = said;
  announce(said); // also instead of what was news at the counter that is left
}

/** Draw the choice. `sit(counter)` follows when a counter was opened. */
export function drawChoose(sit) {
  const root = $("#choose");
  root.hidden = desk.counter !== null || desk.state === null;
  if (root.hidden) return;
  const { counters } = desk.state;
  counterId = counters.some(({ id }) => id === picked) ? picked : firstChoice(counters);
  const stand = counters.find(({ id }) => id === counterId);
  const { teams } = configuration();
  teamId = teams.some(({ id }) => id === pickedTeam) ? pickedTeam : firstTeam(teams, stand);
  const closed = closedWords();
  draw(root, [counters, counterId, teamId, notice, closed], () => [
    el("h1", { id: "choose-title", tabindex: "-1" }, t("choose.title")),
    notice ? banner("info", notice) : null,
    closed ? banner("door", closed) : null,
    form(counters, teams, stand, sit),
    el("div", { id: "choose-trouble", class: "trouble", role: "alert" }),
  ]);
}

const banner = (sign, words) => el("p", { class: "banner" }, icon(sign), words);

// None where somebody is at every counter: nobody is taken over by pressing Enter once.
function firstChoice(counters) {
  const closed = counters.filter(({ state }) => state === "closed").map(({ id }) => id);
  const usual = [wanted, recall("last")?.counter].find((id) => closed.includes(id));
  return usual ?? closed[0] ?? null;
}

// An open counter keeps its team, unless another is chosen on purpose.
function firstTeam(teams, stand) {
  const usual = [stand?.team, recall("last")?.team];
  return usual.find((id) => teams.some((team) => team.id === id)) ?? teams[0]?.id ?? "";
}

function form(counters, teams, stand, sit) {
  const open = async (event) => {
    event.preventDefault();
    if (!stand || !(await sure(stand))) return;
    const body = teamId ? { team: teamId } : {};
    const path = `/counters/${encodeURIComponent(counterId)}/open`;
    const counter = await act(path, body, { where: "choose" });
    if (counter) sit(counter);
  };
  return el(
    "form",
    { class: "choose__form", on: { submit: open } },
    choices(t("choose.counter"), "counter", counters.map(counterChoice)),
    teams.length > 1 ? choices(t("choose.team"), "team", teams.map(teamChoice)) : null,
    stand
      ? summary(stand)
      : el("p", { class: "choose__facts" }, t(counters.length ? "choose.all_open" : "choose.none")),
    stand ? openButton(stand) : null,
  );
}

function openButton({ id, state }) {
  const taken = isTaken(state);
  const look = taken ? "" : "button--primary";
  const key = taken ? "choose.takeover" : "choose.open";
  return el(
    "button",
    {
      class: `button ${look} button--large`,
      dataset: { key: "open" },
      "aria-keyshortcuts": "Enter",
    },
    taken ? icon("swap") : null,
    t(key, { counter: counterName(id) }),
    hint("Enter"),
  );
}

/** Do what the button under the choice says: open the counter, or ask about taking it over. */
export const openChosen = () => $("#choose form")?.requestSubmit();

const isTaken = (state) => state !== "closed";

function takeover({ id, state, number, team }) {
  if (!isTaken(state)) return [];
  const names = { counter: counterName(id), from: teamName(team), to: teamName(teamId) };
  const changes = Boolean(team && teamId && team !== teamId);
  const note = t(changes ? "choose.takeover.team" : "choose.takeover.note", names);
  return number ? [note, t("choose.takeover.visit", { number })] : [note];
}

function summary(stand) {
  const names = takes(counterId, teamId).map(({ id }) => serviceName(id)).join(", ");
  const services = names ? t("choose.takes", { services: names }) : t("choose.takes.none");
  return el(
    "div",
    { class: "choose__facts", role: "status" },
    lines([...takeover(stand), services]),
  );
}

const lines = (facts) => facts.map((fact) => el("p", {}, fact));

// Taking over from somebody, and opening a branch that is closed, is a step of its own.
function sure(stand) {
  const counter = counterName(stand.id);
  const [kind, facts] = isTaken(stand.state)
    ? ["takeover", takeover(stand)]
    : ["open", [closedWords(), t("choose.open.note")]];
  if (kind === "open" && !closedWords()) return true;
  const sign = kind === "open" ? "door" : "swap";
  return ask({
    title: t(`choose.${kind}.ask`, { counter }),
    before: el("div", { class: "ask__facts" }, lines(facts)),
    groups: [{ options: [{ label: t(`choose.${kind}`, { counter }), value: true, sign }] }],
    careful: true,
  });
}

function choices(legend, name, options) {
  return el(
    "fieldset",
    { class: "choices" },
    el("legend", {}, legend),
    el("div", { class: "choices__list" }, options.map((option) => radio(name, option))),
  );
}

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
  return el("label", { class: "choices__one" }, input, words);
}

const counterChoice = (stand) => ({
  id: stand.id,
  label: counterName(stand.id),
  note: [t(`counter.${stand.state}`, { number: stand.number }), teamName(stand.team)]
    .filter(Boolean)
    .join(" · "),
  checked: stand.id === counterId,
  pick: () => choose(() => ([picked, pickedTeam] = [stand.id, null])),
});

const teamChoice = ({ id }) => ({
  id,
  label: teamName(id),
  checked: id === teamId,
  pick: () => choose(() => (pickedTeam = id)),
});

let redraw = () => {};

/** What draws the page after a choice. */
export function onChoice(listener) {
  redraw = listener;
}

function choose(set) {
  set();
  notice = "";
  redraw();
}
