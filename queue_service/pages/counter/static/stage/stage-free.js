// The stage while the counter is free: how many wait, the one big press, and who comes without one.

import { isHeld } from "/static/js/branch.js";
import { isCarriedOver } from "/static/js/interventions.js";
import { keepText } from "/static/js/ticking.js";
import { el, icon } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { t, tn } from "/static/js/texts.js";
import { callNext, callSilently, giveTicket, serve } from "../commands/actions.js";
import { activeServices, closedSentence, serviceName } from "../branch.js";
import { doorNote, doorWords } from "../dialogs/closed-door.js";
import { button, hint, onSingleClick } from "../draw.js";
import { pauseWhere } from "../pauses.js";
import { unfitNote, unfitWords } from "../lists/needs.js";
import { isMine, isMyService, model, waitedSeconds } from "../model.js";

/** @import { Channel, Visit } from "/static/js/types.d.ts" */
/** @import { Child } from "/static/js/page.js" */
/** @import { Drawing } from "./stage.js" */
/** @typedef {ReturnType<typeof freeFacts>} Facts */

/** @returns {Drawing} */
export function drawFree() {
  const facts = freeFacts();
  return { facts, make: () => ({ top: top(facts), rest: walkIns() }) };
}

function freeFacts() {
  const mine = model.waiting.filter(isMine);
  const ready = mine.filter((visit) => !isHeld(visit));
  const carried = isCarriedOver(model.state, serverClock.now());
  const next = carried ? undefined : ready[0]; // a carried-over visit comes on another day
  return {
    ready: ready.length,
    delayed: mine.length - ready.length,
    others: model.waiting.filter(({ position }) => position !== null).length - mine.length,
    longest: longestOf(ready)?.id ?? null,
    unfit: unfitWords(next, "needs.unfit.next"),
    door: doorWords(next, "door.none.next"),
    closed: closedSentence(),
    carried,
    services: model.counter?.services,
  };
}

/** @param {Visit[]} visits */
const longestOf = (visits) =>
  visits.reduce(
    (a, b) => (a && waitedSeconds(a) >= waitedSeconds(b) ? a : b),
    /** @type {Visit | null} */ (null),
  );

/** @param {Facts} facts */
function top({ ready, delayed, others, longest, closed, carried, unfit, door }) {
  const waits = ready > 0 || delayed > 0;
  const title = carried ? t("free.over") : ready ? tn("free.waiting", ready) : t("free.nobody");
  const next = button(t("next"), {
    key: "go",
    press: callNext,
    command: "go",
    // A carried-over visit should not be called today, though nothing forbids it.
    classes: `button--primary stage__go${ready && !carried ? "" : " stage__go--idle"}`,
    icon: "bell",
  });
  return [
    el(
      "h1",
      { id: "stage-title", class: "stage__title", tabindex: "-1", dataset: { key: "title" } },
      title,
    ),
    el(
      "div",
      { class: "stage__lead large soft" },
      el(
        "p",
        {},
        carried && waits ? t("free.carried", { closed }) : lead(ready, delayed, longest, closed),
      ),
      closed && waits && !carried ? el("p", {}, t("free.after", { closed })) : null,
      others > 0 ? el("p", {}, tn("free.others", others)) : null,
    ),
    unfitNote(unfit),
    doorNote(door),
    el("div", { class: "stage__act" }, next),
    el(
      "div",
      { class: "row row--apart" },
      button(t("next.silent"), {
        key: "silent",
        press: callSilently,
        command: "silently",
        classes: "button--small button--quiet",
        icon: "sound-off",
      }),
      pauseWhere(),
    ),
  ];
}

/**
 * @param {number} ready
 * @param {number} delayed
 * @param {string | null} longest
 * @param {string} closed
 */
function lead(ready, delayed, longest, closed) {
  if (ready) return keepText(el("span"), () => longestWait(longest));
  if (delayed) return t("free.held");
  return closed ? t("free.closed", { closed }) : t("free.calm");
}

/** @param {string | null} id */
function longestWait(id) {
  const visit = model.waiting.find((one) => one.id === id);
  if (!visit) return "";
  const minutes = Math.floor(waitedSeconds(visit) / 60);
  if (!minutes) return t("free.longest.short");
  return t("free.longest", { time: tn("minutes", minutes) });
}

function walkIns() {
  const mine = activeServices().filter(({ id }) => isMyService(id));
  const ticket = button(t("ticket"), {
    key: "ticket",
    press: giveTicket,
    command: "give_ticket",
    classes: "button--small button--quiet",
    icon: "ticket",
  });
  return el(
    "section",
    { class: "walkins", "aria-labelledby": "walkins-title" },
    el(
      "div",
      { class: "row row--apart walkins__head" },
      el("h2", { id: "walkins-title", class: "stage__heading soft strong" }, t("walkin")),
      ticket,
    ),
    el(
      "ul",
      { class: "walkins__list cards gap-3", role: "list" },
      mine.map(({ id }) => walkIn(id)),
    ),
    el("p", { class: "small soft" }, [
      ...[t("walkin.note"), " ", hint("D"), " "],
      ...[t("walkin.call"), " ", hint("F")],
    ]),
  );
}

/** @param {string} id */
function walkIn(id) {
  const service = serviceName(id);
  const one = (/** @type {Channel} */ channel, /** @type {Child[]} */ ...content) =>
    el(
      "button",
      {
        type: "button",
        class: `button walkin__${channel}`,
        dataset: { key: `${channel}-${id}` },
        "aria-label": t(`walkin.${channel}`, { service }),
        on: { click: onSingleClick(() => serve(id, channel)) },
      },
      ...content,
    );
  const buttons = [one("desk", icon("play"), service), one("phone", icon("phone"))];
  return el("li", { class: "walkin" }, buttons);
}
