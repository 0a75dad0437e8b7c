// The stage while the counter is free: how many wait, the one big press, and who comes without one.

import { el, icon } from "/static/js/page.js";
import { t, tn } from "/static/js/texts.js";
import { keepText } from "/static/js/ticking.js";
import { callNext, giveTicket, serve } from "./actions.js";
import { activeServices, serviceName } from "./branch.js";
import { desk, isHeld, isMine } from "./desk.js";
import { closedWords } from "./hours.js";
import { button, hint, once } from "./draw.js";
import { waitedSeconds } from "./waited.js";

/** What the free stage shows, for telling whether it changed. */
export function freeFacts() {
  const mine = desk.waiting.filter(isMine);
  const ready = mine.filter((visit) => !isHeld(visit));
  return {
    ready: ready.length,
    held: mine.length - ready.length,
    others: desk.waiting.length - mine.length,
    longest: longestOf(ready)?.id ?? null,
    closed: closedWords(),
    services: desk.counter.services,
  };
}

const longestOf = (visits) =>
  visits.reduce((a, b) => (a && waitedSeconds(a) >= waitedSeconds(b) ? a : b), null);

/** Draw it. */
export function drawFree({ ready, held, others, longest, closed }) {
  const title = ready ? tn("free.waiting", ready) : t("free.nobody");
  const next = button(t("next"), {
    key: "go",
    press: callNext,
    shortcut: "Space",
    shown: t("help.space"),
    look: `button--primary stage__go${ready ? "" : " stage__go--idle"}`,
    sign: "bell",
  });
  const top = [
    el(
      "h1",
      { id: "stage-title", class: "stage__title", tabindex: "-1", dataset: { key: "title" } },
      title,
    ),
    el(
      "div",
      { class: "stage__lead soft" },
      el("p", {}, lead(ready, held, longest, closed)),
      closed && (ready || held) ? el("p", {}, t("free.after", { closed })) : null,
      others > 0 ? el("p", {}, tn("free.others", others)) : null,
    ),
    el("div", { class: "stage__act" }, next),
  ];
  return { top, rest: walkIns() };
}

function lead(ready, held, longest, closed) {
  if (ready) return keepText(el("span"), () => longestWait(longest));
  if (held) return t("free.held");
  return closed ? t("free.closed", { closed }) : t("free.calm");
}

function longestWait(id) {
  const visit = desk.waiting.find((one) => one.id === id);
  if (!visit) return "";
  const minutes = Math.floor(waitedSeconds(visit) / 60);
  if (!minutes) return t("free.longest.short");
  return t("free.longest", { time: tn("minutes", minutes) });
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
      { class: "row row--apart walkins__head" },
      el("h2", { id: "walkins-title", class: "stage__heading" }, t("walkin")),
      ticket,
    ),
    el("ul", { class: "walkins__list", role: "list" }, mine.map(({ id }) => walkIn(id))),
    el("p", { class: "small soft" }, [
      ...[t("walkin.note"), " ", hint("D"), " "],
      ...[t("walkin.call"), " ", hint("F")],
    ]),
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
        on: { click: once(() => serve(id, channel)) },
      },
      ...content,
    );
  const buttons = [one("desk", "desk", service), one("phone", "phone", icon("phone"))];
  return el("li", { class: "walkin" }, buttons);
}
