// The stage while somebody is called: start when they come, and what to do when they do not.

import { el } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { stopwatch, t } from "/static/js/texts.js";
import { keepText } from "/static/js/ticking.js";
import { completeCalled, noShow, recall, requeue, start, transfer } from "./actions.js";
import { configuration } from "./branch.js";
import { button } from "./draw.js";
import { group, numberHeading, serviceLine, why } from "./stage-parts.js";

/** What the stage shows of a called visit, for telling whether it changed. */
export const calledFacts = (visit) => ({ visit, asks: asks(visit), why: why(visit) });

// After the branch's limit the page asks whether the citizen came; a new call begins it anew.
function asks(visit) {
  return serverClock.now() - Date.parse(visit.recalled_at ?? visit.called_at) >=
    configuration().no_show_after_seconds * 1000;
}

/** Draw it. */
export const drawCalled = ({ visit, asks: asking, why: reason }) => ({
  top: [
    el(
      "header",
      { class: "ticket ticket--called" },
      asking ? question(visit) : el("p", { class: "ticket__state" }, t("called")),
      numberHeading(visit),
      serviceLine(visit),
      el("p", { class: "ticket__note" }, since(visit), times(visit)),
      reason && el("p", { class: "ticket__note" }, reason),
    ),
    el("div", { class: "stage__act" }, startButton(visit, asking)),
  ],
  rest: [
    group(t("group.absent"), [
      button(t("recall"), { key: "recall", press: recall, shortcut: "R", sign: "bell" }),
      button(t("noshow"), { key: "noshow", press: noShow, shortcut: "X", sign: "cross" }),
      button(t("requeue"), { key: "requeue", press: requeue, shortcut: "Q", sign: "clock" }),
    ]),
    group(t("group.else"), [
      button(t("transfer"), { key: "transfer", press: transfer, shortcut: "T", sign: "transfer" }),
      button(t("done.already"), {
        key: "complete",
        press: completeCalled,
        shortcut: "1 2 3 4 5",
        shown: "1–5",
        sign: "check",
      }),
    ]),
  ],
});

const since = ({ called_at: at }) =>
  keepText(el("span"), () => t("called.since", { time: stopwatch(serverClock.secondsSince(at)) }));

const times = ({ recalls }) => (recalls ? ` · ${t("called.times", { n: recalls + 1 })}` : "");

const startButton = ({ number }, asking) =>
  button(asking ? t("asking.came") : t("start", { number }), {
    key: "go",
    press: start,
    shortcut: "Space",
    shown: t("help.space"),
    look: "button--primary stage__go",
    sign: "play",
  });

// In the place of another line, so that no button moves away from under a finger.
const question = ({ number }) =>
  el(
    "p",
    { class: "ticket__state ticket__question", role: "status" },
    t("asking.title", { number }),
  );
