// The reception: a guide on the floor with a tablet. Its data is fetched; the events say when.

import { showConnection } from "/static/js/connection.js";
import { follow } from "/static/js/live.js";
import { $ } from "/static/js/page.js";
import { oneAtATime } from "/static/js/requests.js";
import { serverClock } from "/static/js/server-clock.js";
import { t, translate } from "/static/js/texts.js";
import { tick } from "/static/js/ticking.js";
import { beginToday, renewToday } from "/static/pages/bookings/today.js";
import { begin as beginCalls, drawCalls, help } from "./calls.js";
import { model, renewBranch, renewVisits } from "./model.js";
import * as number from "./number.js";
import { button, draw, forgetDrawn } from "./parts.js";
import * as selfService from "./self-service.js";
import * as waiting from "./waiting.js";

/** @typedef {"number" | "self"} Tab */

const ASK_MS = 15_000;
const TOGETHER_MS = 300; // events close to each other share one fetch

/** @type {Tab} */
let tab = "number";

function drawAll() {
  drawCalls();
  draw("#tabs", tab, () => [tabButton("number", "ticket"), tabButton("self", "screen")]);
  if (tab === "number") number.drawNumber();
  else selfService.drawSelfService();
  number.drawTrouble();
  waiting.drawWaiting();
  $("#waiting").toggleAttribute("data-lost", model.lost);
}

/**
 * @param {Tab} name
 * @param {string} symbol
 */
const tabButton = (name, symbol) =>
  button(t(`tab.${name}`), `tab-${name}`, () => {
    tab = name;
    model.trouble = "";
    drawAll();
  }, { classes: "tabs__one grow", symbol, pressed: tab === name });

/** Reloads the waiting visits, and the state of the shown number. */
const refresh = oneAtATime(async () => {
  try {
    await Promise.all([renewVisits(), number.renewGiven()]);
    model.lost = false;
  } catch {
    model.lost = true;
  }
  drawAll();
});

/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;

function refreshSoon() {
  clearTimeout(soon);
  soon = setTimeout(refresh, TOGETHER_MS);
}

async function branchChanged() {
  await renewBranch().catch(() => {});
  forgetDrawn();
  drawAll();
}

translate(document);
beginCalls(drawAll);
number.begin({ draw: drawAll, refresh });
selfService.begin(drawAll);
waiting.begin({ draw: drawAll, refresh });
drawAll();

const live = follow({
  refreshOn: (name) => /^(counter|branch|day|visit)\./.test(name),
  query: () => ({ hears: "help" }),
});
showConnection(live);
live.onState((state) => {
  model.state = state;
  serverClock.set(Date.parse(state.at));
  drawAll();
  refreshSoon(); // the stream has no events from before it began
});
live.onEvent(({ name }) => {
  if (name.startsWith("help.")) help.renew();
  if (name.startsWith("booking.")) renewToday();
  if (name === "branch.changed") branchChanged();
  if (/^(visit|counter|day)\./.test(name)) refreshSoon();
});
live.onLive(() => {
  help.renew();
  refresh();
});
live.onStale(() => {
  model.lost = true;
  help.lose();
});
help.renew();
refresh();
beginToday();
setInterval(() => {
  help.renew();
  refresh();
}, ASK_MS);
setInterval(tick, 1000);
