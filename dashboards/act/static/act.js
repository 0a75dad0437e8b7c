// Act now: the server redraws what is in force whenever it has changed or ended.

import { showConnection } from "/static/js/connection.js";
import { follow } from "/static/js/live.js";
import { $, announce } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { t } from "/static/js/texts.js";

/** @import { BranchState } from "/static/js/types.d.ts" */

const CHECK_MS = 20_000;
let known = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

const live = follow({ refreshOn: (name) => /^(branch|counter)\./.test(name) });
showConnection(live);
live.onState((state) => {
  serverClock.set(Date.parse(state.at));
  const now = factsOf(state);
  if (idsOf(state) !== drawn() || (known !== "" && now !== known)) redraw();
  known = now;
  const next = Math.min(...state.interventions.map(({ ends_at: ends }) => Date.parse(ends)));
  clearTimeout(timer);
  if (Number.isFinite(next)) {
    const wait = Math.min(next - serverClock.now() + 100, CHECK_MS);
    timer = setTimeout(() => live.refresh(), Math.max(wait, 100));
  }
});
setInterval(() => live.refresh(), CHECK_MS);

/** @param {BranchState} state */
function factsOf({ interventions, open }) {
  return JSON.stringify([open, interventions.map(({ id, issued }) => [id, issued])]);
}

// A counter that was asked for and is open by now is on the list and no longer in force.
/** @param {BranchState} state */
const idsOf = ({ interventions }) =>
  interventions.filter(({ kind }) => kind !== "open_counter").map(({ id }) => id).sort().join(" ");

const drawn = () => ($("#in-force").dataset.shown ?? "").split(" ").sort().join(" ");

/** The list as the server has it now; a form that is being filled in next to it is kept. */
async function redraw() {
  const response = await fetch(location.pathname, { credentials: "same-origin" }).catch(() => null);
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("#in-force");
  if (!fresh) return;
  $("#in-force").replaceWith(fresh);
  announce(t("act.changed"));
}
