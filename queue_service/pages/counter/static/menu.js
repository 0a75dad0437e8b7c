// The counter's own menu in the top bar: another team, another counter, closing.

import { $, icon } from "/static/js/page.js";
import { t, tn } from "/static/js/texts.js";
import { arrivalsBox } from "./lists/arrivals.js";
import { ask } from "./dialogs/ask.js";
import { settleParked } from "./dialogs/closing.js";
import { configuration, counterName, takes, teamName } from "./branch.js";
import { command, showRefusal } from "./commands/commands.js";
import { current, isMine, mode, model } from "./model.js";
import { draw, hint } from "./draw.js";

/** @import { Counter, CounterInState } from "/static/js/types.d.ts" */
/** @import { Option } from "./dialogs/ask.js" */
/** @typedef {{ enter: (counter: Counter) => void, leave: () => void }} Hooks */
/** @typedef {{ team: string } | "other" | "close"} Choice */

/** Draw the button that opens it. */
export function drawMenu() {
  const { counter } = model;
  const menu = $("#menu");
  menu.hidden = mode() === "none";
  if (!counter) return;
  menu.setAttribute("aria-label", t("menu", { counter: label(counter) }));
  draw(menu, label(counter), () => [
    icon("desk"),
    label(counter),
    icon("chevron-down"),
    hint("M"),
  ]);
}

/** @param {Pick<Counter, "id" | "team">} counter */
const label = ({ id, team }) => [counterName(id), teamName(team)].filter(Boolean).join(" · ");

/**
 * Open it and do what is chosen. `enter(counter)` follows a change, `leave()` the end.
 * @param {Hooks} hooks
 */
export async function openMenu({ enter, leave }) {
  const { counter } = model;
  if (mode() === "none" || counter === null) return;
  /** @type {Choice | null} */
  const choice = await ask({
    title: label(counter),
    before: arrivalsBox(),
    groups: [
      { label: t("menu.team"), options: otherTeams(counter) },
      { options: [elsewhere(counter), closing(counter)] },
    ],
  });
  if (choice === "other") leave();
  else if (choice === "close") await close(counter, leave);
  else if (choice !== null) await changeTeam(counter, choice.team, enter);
}

/**
 * @param {Counter} counter
 * @returns {Option<Choice>[]}
 */
function otherTeams({ team }) {
  const others = configuration().teams.filter(({ id }) => id !== team);
  return others.map(({ id }) => ({ label: teamName(id), icon: "people", value: { team: id } }));
}

/**
 * @param {Counter} counter
 * @returns {Option<Choice>}
 */
const elsewhere = ({ id }) => ({
  label: t("menu.other"),
  note: t("menu.other.note", { counter: counterName(id) }),
  icon: "swap",
  value: "other",
});

/**
 * @param {Counter} counter
 * @returns {Option<Choice>}
 */
const closing = ({ id }) => ({
  label: t("menu.close", { counter: counterName(id) }),
  note: closingNote(id),
  icon: "door",
  value: "close",
});

/**
 * The visits that would be left without a counter, a warning before it is closed.
 * @param {string} id
 */
function closingNote(id) {
  const others = (model.state?.counters ?? []).filter((one) =>
    one.id !== id && one.state !== "closed" && one.state !== "paused"
  );
  const taken = new Set(
    others.flatMap((one) => takes(one.id, one.team)).map((service) => service.id),
  );
  const left = model.waiting.filter((visit) => isMine(visit) && !taken.has(visit.service)).length;
  return left ? tn("menu.close.waiting", left) : t("menu.close.note");
}

/**
 * @param {Counter} counter
 * @param {string} team
 * @param {Hooks["enter"]} enter
 */
async function changeTeam({ id }, team, enter) {
  const counter = await command(`/counters/${encodeURIComponent(id)}/open`, { team });
  if (counter) enter(counter);
}

/**
 * @param {Counter} counter
 * @param {Hooks["leave"]} leave
 */
async function close(counter, leave) {
  const { id } = counter;
  const visit = current();
  if (visit) {
    showRefusal(t("menu.close.busy", { number: visit.number }));
    return;
  }
  if (!(await settleParked(counter))) return;
  if (await command(`/counters/${encodeURIComponent(id)}/close`)) leave();
}
