// The counter's own menu in the top bar: another team, another counter, closing.

import { $, icon } from "/static/js/page.js";
import { t, tn } from "/static/js/texts.js";
import { ask } from "./ask.js";
import { configuration, counterName, takes, teamName } from "./branch.js";
import { act, complain } from "./deeds.js";
import { current, desk, isMine, mode } from "./desk.js";
import { draw, hint } from "./draw.js";

/** Draw the button that opens it. */
export function drawMenu() {
  const { counter } = desk;
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

const label = ({ id, team }) => [counterName(id), teamName(team)].filter(Boolean).join(" · ");

/** Open it and do what is chosen. `sit(counter)` follows a change, `leave()` the end. */
export async function openMenu({ sit, leave }) {
  if (mode() === "none") return;
  const { counter } = desk;
  const chosen = await ask({
    title: label(counter),
    groups: [
      { label: t("menu.team"), options: otherTeams(counter) },
      { options: [elsewhere(counter), closing(counter)] },
    ],
  });
  if (chosen?.team !== undefined) await changeTeam(counter, chosen.team, sit);
  else if (chosen === "other") leave();
  else if (chosen === "close") await close(counter, leave);
}

function otherTeams({ team }) {
  const others = configuration().teams.filter(({ id }) => id !== team);
  return others.map(({ id }) => ({ label: teamName(id), sign: "people", value: { team: id } }));
}

const elsewhere = ({ id }) => ({
  label: t("menu.other"),
  note: t("menu.other.note", { counter: counterName(id) }),
  sign: "swap",
  value: "other",
});

const closing = ({ id }) => ({
  label: t("menu.close", { counter: counterName(id) }),
  note: closingNote(id),
  sign: "door",
  value: "close",
});

// Who would be left without a counter, which is worth knowing before it is closed.
function closingNote(id) {
  const others = (desk.state?.counters ?? []).filter((one) =>
    one.id !== id && one.state !== "closed"
  );
  const taken = new Set(
    others.flatMap((one) => takes(one.id, one.team)).map((service) => service.id),
  );
  const left = desk.waiting.filter((visit) => isMine(visit) && !taken.has(visit.service)).length;
  return left ? tn("menu.close.waiting", left) : t("menu.close.note");
}

async function changeTeam({ id }, team, sit) {
  const counter = await act(`/counters/${encodeURIComponent(id)}/open`, { team });
  if (counter) sit(counter);
}

async function close({ id }, leave) {
  const visit = current();
  if (visit) {
    complain(t("menu.close.busy", { number: visit.number }));
    return;
  }
  if (await act(`/counters/${encodeURIComponent(id)}/close`)) leave();
}
