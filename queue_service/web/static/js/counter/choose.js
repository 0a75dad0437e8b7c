// Choosing the counter and the team, and opening it or taking it over.

import { $, announce, el, icon } from "../page.js";
import { t } from "../texts.js";
import { configuration, serviceName, takes, teamName } from "./branch.js";
import { act } from "./deeds.js";
import { desk } from "./desk.js";
import { draw } from "./draw.js";
import { recall } from "./memory.js";

let counterId = null;
let teamId = null;
let notice = "";

/** Begin choosing, with what this browser had last; `said` tells why, if there is a reason. */
export function beginChoosing(preferred, said = "") {
  counterId = preferred;
  teamId = null;
  notice = said;
  if (said) announce(said);
}

/** Draw the choice. `sit(counter)` follows when a counter was opened. */
export function drawChoose(sit) {
  const root = $("#choose");
  root.hidden = desk.counter !== null || desk.state === null;
  if (root.hidden) return;
  const { counters } = desk.state;
  if (!counters.some(({ id }) => id === counterId)) counterId = firstChoice(counters);
  const stand = counters.find(({ id }) => id === counterId);
  const { teams } = configuration();
  if (!teams.some(({ id }) => id === teamId)) teamId = firstTeam(teams, stand);
  draw(root, [counters, counterId, teamId, notice], () => [
    el("h1", { id: "choose-title", tabindex: "-1" }, t("choose.title")),
    notice ? el("p", { class: "banner" }, icon("info"), notice) : null,
    form(counters, teams, stand, sit),
    el("div", { id: "choose-trouble", class: "trouble", role: "alert" }),
  ]);
}

function firstChoice(counters) {
  const remembered = recall("last")?.counter;
  const closed = counters.find(({ state }) => state === "closed");
  return counters.find(({ id }) => id === remembered)?.id ?? (closed ?? counters[0])?.id;
}

function firstTeam(teams, stand) {
  const wanted = [recall("last")?.team, stand?.team];
  return wanted.find((id) => teams.some((team) => team.id === id)) ?? teams[0]?.id ?? "";
}

function form(counters, teams, stand, sit) {
  const open = async (event) => {
    event.preventDefault();
    const body = teamId ? { team: teamId } : {};
    const path = `/counters/${encodeURIComponent(counterId)}/open`;
    const counter = await act(path, body, { where: "choose" });
    if (counter) sit(counter);
  };
  const key = stand.state === "closed" ? "choose.open" : "choose.takeover";
  const services = takes(counterId, teamId);
  return el(
    "form",
    { class: "choose__form", on: { submit: open } },
    choices(t("choose.counter"), "counter", counters.map(counterChoice)),
    teams.length > 1 ? choices(t("choose.team"), "team", teams.map(teamChoice)) : null,
    summary(stand, services),
    el(
      "button",
      { class: "button button--primary button--large", dataset: { key: "open" } },
      t(key, { counter: stand.name }),
    ),
  );
}

function summary(stand, services) {
  const names = services.map(({ id }) => serviceName(id)).join(", ");
  const open = stand.state !== "closed";
  const facts = [
    open && t("choose.takeover.note", { counter: stand.name }),
    stand.number && t("choose.takeover.visit", { number: stand.number }),
    names ? t("choose.takes", { services: names }) : t("choose.takes.none"),
  ];
  const lines = facts.filter(Boolean).map((line) => el("p", {}, line));
  return el("div", { class: "choose__facts", role: "status" }, lines);
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
  label: stand.name,
  note: [t(`counter.${stand.state}`, { number: stand.number }), teamName(stand.team)]
    .filter(Boolean)
    .join(" · "),
  checked: stand.id === counterId,
  pick: () => choose(() => (counterId = stand.id)),
});

const teamChoice = ({ id }) => ({
  id,
  label: teamName(id),
  checked: id === teamId,
  pick: () => choose(() => (teamId = id)),
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
