// The stage while the counter is free: how many wait, the one big press, and who comes without one.

import { el, icon } from "../page.js";
import { t, tn } from "../texts.js";
import { callNext, giveTicket, serve } from "./actions.js";
import { activeServices, serviceName } from "./branch.js";
import { keepText } from "./clock.js";
import { desk, isHeld, isMine } from "./desk.js";
import { button } from "./draw.js";
import { minutesWaited, waitedSeconds } from "./waited.js";

/** What the free stage shows, for telling whether it changed. */
export function freeFacts() {
  const mine = desk.waiting.filter(isMine);
  const ready = mine.filter((visit) => !isHeld(visit));
  return {
    ready: ready.length,
    held: mine.length - ready.length,
    others: desk.waiting.length - mine.length,
    longest: longestOf(ready)?.id ?? null,
    services: desk.counter.services,
  };
}

const longestOf = (visits) =>
  visits.reduce((a, b) => (a && waitedSeconds(a) >= waitedSeconds(b) ? a : b), null);

/** Draw it. */
export function drawFree({ ready, held, others, longest }) {
  const title = ready ? tn("free.waiting", ready) : t("free.nobody");
  const next = button(t("next"), {
    key: "go",
    press: callNext,
    shortcut: "Space",
    shown: t("help.space"),
    look: "button--primary stage__go",
    sign: "bell",
  });
  return [
    el("h1", { id: "stage-title", class: "stage__title", tabindex: "-1" }, title),
    el("p", { class: "stage__lead soft" }, lead(ready, held, longest)),
    others > 0 && el("p", { class: "soft" }, tn("free.others", others)),
    el("div", { class: "stage__act" }, next),
    walkIns(),
  ];
}

function lead(ready, held, longest) {
  if (!ready) return t(held ? "free.held" : "free.calm");
  const visit = desk.waiting.find(({ id }) => id === longest);
  return keepText(el("span"), () => t("free.longest", { time: minutesWaited(visit) }));
}

function walkIns() {
  const mine = activeServices().filter(({ id }) => desk.counter.services.includes(id));
  const ticket = button(t("ticket"), {
    key: "ticket",
    press: giveTicket,
    shortcut: "B",
    look: "button--small button--quiet",
    sign: "ticket",
  });
  return el(
    "section",
    { class: "walkins", "aria-labelledby": "walkins-title" },
    el(
      "div",
      { class: "row row--apart" },
      el("h2", { id: "walkins-title", class: "stage__heading" }, t("walkin")),
      ticket,
    ),
    el("ul", { class: "walkins__list", role: "list" }, mine.map(({ id }) => walkIn(id))),
    el("p", { class: "small soft" }, t("walkin.note")),
  );
}

function walkIn(id) {
  const service = serviceName(id);
  const one = (channel, look, ...content) =>
    el(
      "button",
      {
        type: "button",
        class: `button walkin__${look}`,
        dataset: { key: `${channel}-${id}` },
        "aria-label": t(`walkin.${channel}`, { service }),
        on: { click: () => serve(id, channel) },
      },
      ...content,
    );
  return el("li", { class: "walkin" }, one("desk", "desk", service), one("phone", "phone", icon("phone")));
}
