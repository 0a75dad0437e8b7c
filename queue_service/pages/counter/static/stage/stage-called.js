// The stage while somebody is called: start when they come, and what to do when they do not.

import { serverClock } from "/static/js/server-clock.js";
import { keepText } from "/static/js/ticking.js";
import { el } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { stopwatch } from "/static/js/lengths.js";
import {
  completeCalled,
  noShow,
  recall,
  recallSilently,
  requeue,
  start,
} from "../commands/actions.js";
import { configuration } from "../branch.js";
import { doorNote, doorWords } from "../dialogs/closed-door.js";
import { button } from "../draw.js";
import { pauseWhere, plannedPause } from "../pauses.js";
import { needLine, unfitNote, unfitWords } from "../lists/needs.js";
import {
  errandsLine,
  group,
  numberHeading,
  serviceLine,
  transferButton,
  why,
} from "./stage-parts.js";

/** @import { Visit } from "/static/js/types.d.ts" */
/** @import { Child } from "/static/js/page.js" */
/** @import { Drawing } from "./stage.js" */

const JUST_CALLED_S = 5;

/**
 * @param {Visit} visit
 * @returns {Drawing}
 */
export function drawCalled(visit) {
  const [asking, reason] = [asks(visit), why(visit)];
  const notes = { unfit: unfitWords(visit, "needs.unfit"), door: doorWords(visit, "door.none") };
  return {
    facts: { visit, asking, reason, notes },
    make: () => ({ top: top(visit, asking, reason, notes), rest: rest() }),
  };
}

/**
 * After the branch's limit the page asks whether the citizen came; a new call restarts it.
 * @param {Visit} visit
 */
function asks(visit) {
  return serverClock.now() - Date.parse(visit.recalled_at ?? visit.called_at ?? "") >=
    configuration().no_show_after_seconds * 1000;
}

/**
 * @param {Visit} visit
 * @param {boolean} asking
 * @param {string} reason
 * @param {{ unfit: string, door: string }} notes
 * @returns {Child[]}
 */
const top = (visit, asking, reason, { unfit, door }) => [
  el(
    "header",
    { class: "ticket ticket--called" },
    asking ? question(visit) : el("p", { class: "ticket__state strong" }, t("called")),
    numberHeading(visit),
    serviceLine(visit),
    errandsLine(visit),
    needLine(visit),
    el("p", { class: "ticket__note" }, since(visit), times(visit)),
    reason && el("p", { class: "ticket__note" }, reason),
  ),
  unfitNote(unfit),
  doorNote(door),
  el("div", { class: "stage__act" }, startButton(visit, asking)),
  plannedPause(),
];

const rest = () => [
  group(t("group.absent"), [
    button(t("recall"), { key: "recall", press: recall, command: "recall", icon: "bell" }),
    button(t("recall.silent"), {
      key: "recall-silent",
      press: recallSilently,
      command: "silently",
      icon: "sound-off",
    }),
    button(t("noshow"), { key: "noshow", press: noShow, command: "no_show", icon: "cross" }),
    button(t("requeue"), { key: "requeue", press: requeue, command: "requeue", icon: "clock" }),
  ]),
  group(t("group.else"), [
    transferButton(),
    button(t("done.already"), {
      key: "complete",
      press: completeCalled,
      keys: ["1 2 3 4 5", "1–5"],
      icon: "check",
    }),
    ...pauseWhere(),
  ]),
];

/** @param {Visit} visit */
const since = ({ called_at: at }) =>
  keepText(el("span"), () => {
    const seconds = serverClock.secondsSince(at ?? "");
    return seconds < JUST_CALLED_S
      ? t("called.just")
      : t("called.since", { time: stopwatch(seconds) });
  });

/** @param {Visit} visit */
const times = ({ recalls }) => (recalls ? ` · ${t("called.times", { n: recalls + 1 })}` : "");

/**
 * @param {Visit} visit
 * @param {boolean} asking
 */
const startButton = ({ number }, asking) =>
  button(asking ? t("asking.came") : t("start", { number }), {
    key: "go",
    press: start,
    command: "go",
    classes: "button--primary stage__go",
    icon: "play",
  });

/**
 * In the place of another line, so that no button moves away from under a finger.
 * @param {Visit} visit
 */
const question = ({ number }) =>
  el(
    "p",
    { class: "ticket__state strong ticket__question tight", role: "status" },
    t("asking.title", { number }),
  );
