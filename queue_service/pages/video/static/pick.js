// Choosing the screens to serve, and the team in each branch.

import { post } from "/static/js/api.js";
import { $, el, findAll } from "/static/js/page.js";
import { named, t } from "/static/js/texts.js";
import { draw } from "/static/pages/counter/draw.js";
import { branchName, choice, choose, keyOf, screenName, stands, teamsOf } from "./screens.js";

/** @import { VideoCounter } from "/static/js/types.d.ts" */

let trouble = "";

/**
 * Draw the choice; `done` is called once the screens are open.
 * @param {() => unknown} done
 */
export function drawPick(done) {
  const byBranch = Map.groupBy(stands.all, ({ branch }) => branch);
  const screens = [...byBranch.values()].map((found) => found.map(keyOf));
  const facts = [screens, stands.at === null, trouble];
  draw($("#pick"), facts, () => [
    el("h1", { id: "pick-title", tabindex: "-1" }, t("pick.title")),
    byBranch.size ? form([...byBranch], done) : stands.at !== null && none(),
  ]);
}

const none = () => el("p", { class: "lead" }, t("screens.none"));

/**
 * @param {[string, VideoCounter[]][]} branches
 * @param {() => unknown} done
 */
function form(branches, done) {
  const { screens, teams } = choice();
  const box = (/** @type {VideoCounter} */ screen) =>
    el(
      "label",
      { class: "check" },
      el("input", {
        type: "checkbox",
        name: "screen",
        value: keyOf(screen),
        checked: screens.includes(keyOf(screen)),
      }),
      el("span", {}, screenName(screen)),
    );
  return el(
    "form",
    { class: "stack gap-5", on: { submit: (/** @type {Event} */ event) => submit(event, done) } },
    el("p", { class: "lead soft" }, t("pick.lead")),
    branches.map(([branch, found]) =>
      el(
        "fieldset",
        { class: "pick__branch" },
        el("legend", { class: "strong large" }, branchName(branch)),
        el("div", { class: "checks" }, found.map(box)),
        teamField(branch, teams[branch]),
      )
    ),
    el("p", { class: "field__error", role: "alert" }, trouble),
    el("p", {}, el("button", { class: "button button--primary button--large" }, t("pick.go"))),
  );
}

/**
 * @param {string} branch
 * @param {string | undefined} last
 */
function teamField(branch, last) {
  const teams = teamsOf(branch);
  if (!teams.length) return null;
  const id = `team-${branch}`;
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
    el(
      "select",
      { class: "input", id, dataset: { team: branch } },
      teams.map((team) =>
        el("option", { value: team.id, selected: team.id === last }, named(team.name))
      ),
    ),
  );
}

/**
 * @param {Event} event
 * @param {() => unknown} done
 */
async function submit(event, done) {
  event.preventDefault();
  const ticked = findAll("#pick input:checked").map((one) =>
    /** @type {HTMLInputElement} */ (one).value
  );
  const teams = Object.fromEntries(
    findAll("#pick [data-team]").map((one) => [
      one.dataset.team,
      /** @type {HTMLSelectElement} */ (one).value,
    ]),
  );
  trouble = ticked.length ? "" : t("pick.one");
  if (!ticked.length) {
    drawPick(done);
    return;
  }
  choose({ screens: ticked, teams });
  try {
    for (const screen of stands.all.filter((one) => ticked.includes(keyOf(one)))) {
      if (screen.state === "closed") await open(screen);
    }
    done();
  } catch (error) {
    trouble = /** @type {{ sentence?: string }} */ (error).sentence ?? t("error.unknown");
    drawPick(done);
  }
}

/**
 * Open a screen, as the team that was chosen for its branch.
 * @param {{ branch: string, counter: string }} screen
 */
export const open = (screen) =>
  post(pathOf(screen, "open"), { team: choice().teams[screen.branch] || null });

/**
 * The address of what is done at a screen.
 * @param {{ branch: string, counter: string }} screen
 * @param {string} verb
 */
export const pathOf = ({ branch, counter }, verb) =>
  `/api/v1/branches/${encodeURIComponent(branch)}/counters/${encodeURIComponent(counter)}/${verb}`;
