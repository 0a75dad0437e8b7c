// The waiting visits, with their needs, and the actions on one of them.

import { isHeld, waitedSince } from "/static/js/branch.js";
import { $dialog, announce, el, find, icon } from "/static/js/page.js";
import { asApiError } from "/static/js/api.js";
import { laterToday } from "/static/js/later.js";
import { serverClock } from "/static/js/server-clock.js";
import { t, tn } from "/static/js/texts.js";
import { keepText } from "/static/js/ticking.js";
import { clock, timeCode } from "/static/js/times.js";
import { peopleAhead } from "/static/js/people-ahead.js";
import {
  counterName,
  isAccessible,
  isSaid,
  model,
  REASONS,
  send,
  serviceName,
  spoken,
  UNDO_WITHIN_MS,
} from "./model.js";
import { button, draw, needBadges, needButtons, note } from "./parts.js";

/** @import { Visit } from "/static/js/types.d.ts" */

const LATER_SECONDS = 300;
const dialog = $dialog("#detail");

let only = false; // those with needs
/** @type {string | null} */
let open = null; // the id of the visit that is looked at
let openNumber = "";
/**
 * A visit that has left or comes later, and since when (ms), while that can be taken back.
 * @typedef {{ visit: Visit, kind: "left" | "postpone", at: number }} Done
 */
/** @type {Done[]} */
let done = [];
/** @type {number[] | null} */
let times = null; // to choose from, where the citizen comes later
let redraw = () => {};
let refresh = () => {};

/**
 * @param {{ draw: () => void, refresh: () => void }} page what draws it, and what fetches the waiting visits
 */
export function begin(page) {
  redraw = page.draw;
  refresh = page.refresh;
  dialog.addEventListener("close", () => (open = null));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}

/** Draw the list, and the one that is looked at. */
export function drawWaiting() {
  const { waiting, called } = model;
  const needing = waiting.filter(({ needs }) => needs.length > 0);
  const shown = only ? needing : waiting;
  const held = waiting.map((visit) => isHeld(visit));
  draw("#waiting", [waiting, called, only, held, backIds(), model.branch.counters], () => [
    el(
      "div",
      { class: "row row--apart" },
      el(
        "h2",
        { id: "waiting-title" },
        waiting.length ? tn("waiting", waiting.length) : t("waiting.none"),
      ),
      waiting.length > 0 && el(
        "div",
        { class: "row gap-2" },
        filter(t("waiting.all"), "all", !only, false),
        filter(t("waiting.needs", { n: needing.length }), "needing", only, true),
      ),
    ),
    ...done.map(doneNote),
    !waiting.length && el("p", { class: "soft" }, t("waiting.none.note")),
    only && waiting.length > 0 && !needing.length &&
    el("p", { class: "soft" }, t("waiting.needs.none")),
    el("ul", { class: "people", role: "list" }, called.map(calledRow), shown.map(row)),
  ]);
  drawDetail();
}

/**
 * @param {string} text
 * @param {string} key
 * @param {boolean} on
 * @param {boolean} wanted
 */
const filter = (text, key, on, wanted) =>
  button(text, key, () => {
    only = wanted;
    redraw();
  }, { classes: "button--small", pressed: on });

function backIds() {
  const oldest = serverClock.now() - UNDO_WITHIN_MS;
  done = done.filter(({ at }) => at > oldest);
  return done.map(({ visit, kind }) => `${kind}-${visit.id}`);
}

/** @param {Done} one */
const doneWords = ({ visit: { number, not_before: time }, kind }) =>
  t(`${kind}.said`, { number, time: time && clock(time) });

/** @param {Done} one */
const doneNote = (one) =>
  el(
    "p",
    { class: "banner left" },
    icon(one.kind === "left" ? "door" : "clock"),
    el("span", { class: "grow" }, doneWords(one)),
    button(t("left.undo"), `${one.kind}-${one.visit.id}`, () => takeBack(one), {
      symbol: "undo",
      label: `${t("left.undo")}, ${one.visit.number}`,
    }),
  );

/** @param {Done} one */
function noteDone(one) {
  done = [one, ...done.filter(({ visit }) => visit.id !== one.visit.id)];
  setTimeout(() => redraw(), UNDO_WITHIN_MS);
  announce(doneWords(one));
  redraw();
  focusOn(`${one.kind}-${one.visit.id}`);
}

// The note stays where no answer comes: pressing again asks the same again.
/** @param {Done} one */
async function takeBack(one) {
  const { visit } = one;
  const back = await send(`/visits/${visit.id}/undo`, {});
  if (back) {
    done = done.filter((other) => other !== one);
    const others = model.waiting.filter(({ id }) => id !== visit.id);
    model.waiting = [/** @type {Visit} */ (back), ...others];
    announce(t("left.undone", { number: visit.number }));
  }
  redraw();
  if (back) focusOn(`visit-${visit.id}`);
  refresh();
}

/** @param {string} key */
const focusOn = (key) => find(`#waiting [data-key="${CSS.escape(key)}"]`)?.focus();

/** @param {Visit} visit */
function calledRow(visit) {
  const unfit = visit.needs.includes("accessible_counter") && isSaid() &&
    !isAccessible(visit.counter);
  const words = t(unfit ? "called.unfit" : "called", { counter: counterName(visit.counter) });
  return el(
    "li",
    { class: `person person--called${unfit ? " person--unfit" : ""}` },
    el("span", { class: "person__number number" }, visit.number),
    el(
      "span",
      { class: "grow" },
      el("span", { class: "person__what strong" }, icon(unfit ? "warning" : "bell"), " ", words),
      el("span", { class: "row gap-2" }, needBadges(visit.needs)),
    ),
  );
}

/** @param {Visit} visit */
const row = (visit) =>
  el(
    "li",
    {},
    button(
      [
        el("span", { class: "person__number number" }, visit.number),
        el(
          "span",
          { class: "grow person__words" },
          el("span", { class: "person__what" }, serviceName(visit.service)),
          el("span", { class: "row gap-2" }, marks(visit)),
        ),
        el("span", { class: "person__time soft" }, waited(visit)),
      ],
      `visit-${visit.id}`,
      () => show(visit),
      { classes: "person" },
    ),
  );

/** @param {Visit} visit */
const marks = (visit) => [
  ...needBadges(visit.needs),
  visit.priority === "high" &&
  el("span", { class: "badge badge--seen" }, icon("arrow-up"), ahead(visit)),
  visit.booked_for &&
  el("span", { class: "badge" }, icon("clock"), t("booked", { time: clock(visit.booked_for) })),
  visit.for_counter &&
  el(
    "span",
    { class: "badge" },
    icon("desk"),
    t("bound", { counter: counterName(visit.for_counter) }),
  ),
  visit.for_team && el("span", { class: "badge" }, icon("people"), t("bound.team")),
  spoken(visit.language) && el("span", { class: "badge" }, spoken(visit.language)),
];

/** @param {Visit} visit */
const ahead = ({ priority_reason: reason }) =>
  reason ? t("ahead.badge", { reason: t(`reason.${reason}`) }) : t("ahead.plain");

/** @param {Visit} visit */
function waited(visit) {
  if (isHeld(visit)) return t("held", { time: clock(visit.held_until ?? "") });
  return keepText(el("span"), () => {
    const minutes = Math.floor(waitedSince(visit, model.waitingAt) / 60);
    return minutes ? tn("minutes", minutes) : t("waited.short");
  });
}

/** @param {Visit} visit */
function show(visit) {
  open = visit.id;
  openNumber = visit.number;
  times = null;
  model.trouble = "";
  drawDetail();
  dialog.showModal();
}

function drawDetail() {
  if (open === null) return;
  const visit = model.waiting.find(({ id }) => id === open);
  draw("#detail", [visit ?? null, model.trouble, open, times], () => [
    el(
      "div",
      { class: "detail__box stack" },
      visit ? detail(visit) : el("h2", { id: "detail-title" }, t("gone", { number: openNumber })),
      button(t("close"), "close", () => dialog.close(), { classes: "detail__close" }),
    ),
  ]);
}

/** @param {Visit} visit */
const detail = (visit) => [
  el(
    "header",
    { class: "stack gap-1" },
    el(
      "h2",
      { id: "detail-title", class: "detail__title", tabindex: "-1" },
      `${visit.number} · ${serviceName(visit.service)}`,
    ),
    el("p", { class: "soft" }, [
      isHeld(visit)
        ? t("held", { time: clock(visit.held_until ?? "") })
        : peopleAhead("detail.ahead", visit.position),
      visit.for_counter && ` · ${t("bound", { counter: counterName(visit.for_counter) })}`,
    ]),
  ),
  model.trouble && note(model.trouble, "warn"),
  el(
    "section",
    { class: "stack gap-2" },
    el("p", { class: "strong" }, t("needs")),
    needButtons(visit.needs, (needs) => act(visit, "needs", { needs }), "detail"),
  ),
  times === null && (visit.priority === "high" ? placed(visit) : reasons(visit)),
  el(
    "div",
    { class: "row gap-2" },
    button(
      t("detail.later"),
      "later",
      () => act(visit, "requeue", { delay_seconds: LATER_SECONDS }),
      {
        symbol: "clock",
      },
    ),
    button(t("detail.postpone"), "postpone", chooseTime, {
      symbol: "clock",
      pressed: times !== null,
    }),
    button(t("detail.left"), "left", () => act(visit, "abandon"), { symbol: "door" }),
  ),
  times && timeButtons(visit, times),
];

async function chooseTime() {
  model.trouble = "";
  try {
    times = times === null ? await laterToday() : null;
  } catch (error) {
    model.trouble = asApiError(error).sentence;
  }
  drawDetail();
}

/**
 * The times before which the citizen may ask not to be called.
 * @param {Visit} visit
 * @param {number[]} choices in ms
 */
const timeButtons = (visit, choices) =>
  el(
    "section",
    { class: "stack gap-2" },
    el("p", { class: "strong", id: "detail-times" }, t("detail.postpone.at")),
    el(
      "div",
      { class: "needs", role: "group", "aria-labelledby": "detail-times" },
      choices.map((at) => {
        const time = timeCode(at, model.branch.timezone);
        const press = () => act(visit, "postpone", { not_before: time });
        return button(clock(at), `time-${time}`, press, { classes: "needs__one number" });
      }),
    ),
    el(
      "p",
      { class: "soft" },
      t(choices.length ? "detail.postpone.note" : "detail.postpone.none"),
    ),
  );

/** @param {Visit} visit */
const placed = (visit) =>
  el(
    "section",
    { class: "row row--apart" },
    el("span", { class: "badge badge--seen" }, icon("arrow-up"), ahead(visit)),
    button(t("detail.back"), "back", () => act(visit, "priority", { reason: null }), {
      symbol: "undo",
    }),
  );

/** @param {Visit} visit */
const reasons = (visit) =>
  el(
    "section",
    { class: "stack gap-2" },
    el("p", { class: "strong" }, t("detail.move")),
    el(
      "div",
      { class: "needs" },
      REASONS.map((reason) =>
        button(
          t(`reason.${reason}`),
          `reason-${reason}`,
          () => act(visit, "priority", { reason }),
          {
            classes: "needs__one",
          },
        )
      ),
    ),
  );

/**
 * @param {Visit} visit
 * @param {string} verb
 * @param {Record<string, unknown>} body
 */
async function act(visit, verb, body = {}) {
  const after = await send(`/visits/${visit.id}/${verb}`, body);
  if (after) model.waiting = model.waiting.map((one) => (one.id === after.id ? after : one));
  if (after && ["abandon", "requeue", "postpone"].includes(verb)) dialog.close();
  if (after && verb === "abandon") {
    noteDone({ visit: after, kind: "left", at: Date.parse(after.ended_at) });
  }
  // Another time than the one asked for before is not taken back: the citizen is away.
  if (after && verb === "postpone" && !isHeld(visit)) {
    noteDone({ visit: after, kind: "postpone", at: serverClock.now() });
  }
  redraw();
  refresh();
}
