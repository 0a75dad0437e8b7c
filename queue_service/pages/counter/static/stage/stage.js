// The stage: the one thing to do now, large, and everything else that can be done with a visit.

import { $, announce, el, find } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { bringBack } from "../commands/actions.js";
import { clearMessage, message } from "../commands/commands.js";
import { button, draw } from "../draw.js";
import { current, mode, model } from "../model.js";
import { drawNews } from "../news.js";
import { drawCalled } from "./stage-called.js";
import { drawFree } from "./stage-free.js";
import { drawPaused } from "../pauses.js";
import { drawServing } from "./stage-serving.js";
import { drawSpecialist } from "../specialists/specialist.js";

/** @import { Child } from "/static/js/page.js" */
/** @import { Message } from "../commands/commands.js" */
/**
 * A drawing of the stage: its data (anything JSON), and its two halves, made from that.
 * @typedef {{ facts: unknown, make: () => { top: Child[], rest: Child | Child[] } }} Drawing
 */

let shown = "";

/** Draw the stage for the counter's state. */
export function drawStage() {
  const now = mode();
  const drawing = drawingOf(now);
  $("#stage").hidden = drawing === null;
  if (drawing === null) return;
  drawHalves([now, drawing.facts, model.counter?.pause ?? null], drawing.make);
  drawMessage();
  drawSpecialist();
  drawNews(bringBack);
  follow(`${now} ${current()?.number ?? ""}`);
}

/**
 * @param {ReturnType<typeof mode>} now
 * @returns {Drawing | null}
 */
function drawingOf(now) {
  const visit = current();
  if (now === "free") return drawFree();
  if (now === "paused" && model.counter?.pause) return drawPaused(model.counter.pause);
  if (now === "called" && visit) return drawCalled(visit);
  return now === "serving" && visit ? drawServing(visit) : null;
}

/**
 * The last operation and the last refusal are between its two halves, next to the big button.
 * @param {unknown} facts
 * @param {Drawing["make"]} make
 */
function drawHalves(facts, make) {
  /** @type {ReturnType<Drawing["make"]> | null} */
  let drawing = null;
  const half = (/** @type {"top" | "rest"} */ name) => () => (drawing ??= make())[name];
  draw($("#stage-top"), facts, half("top"));
  draw($("#stage-rest"), facts, half("rest"));
}

/**
 * Changes by another window or another clerk are announced; our own commands move the focus
 * instead. An arrival is no news any more with the next stage.
 * @param {string} next
 */
function follow(next) {
  const changed = shown !== "" && shown !== next;
  shown = next;
  const title = $("#stage-title");
  const ours = "busy" in document.body.dataset || document.activeElement === title;
  if (changed) announce(ours ? "" : title.textContent ?? "");
}

/** Draw what was refused, where its press was seen. */
export function drawMessage() {
  if (message()?.holds?.() === false) clearMessage();
  const now = message();
  const facts = [now, now?.offer?.()?.label];
  for (const where of ["choose", "stage", "side"]) {
    const region = find(`#${where}-trouble`);
    if (region) draw(region, facts, () => now?.where === where && banner(now));
  }
}

const LEVELS = { bad: "banner--bad", warn: "banner--warn", calm: "" };

/** @param {Message} now */
const banner = (now) =>
  el(
    "div",
    { class: `banner ${LEVELS[now.level]}` },
    el("p", {}, now.sentence),
    wayOut(now),
    offer(now),
  );

/** @param {Message} now */
function offer(now) {
  const offered = now.offer?.();
  if (!offered) return null;
  const { label, press } = offered;
  return button(label, { key: "offer", press, classes: "button--small", icon: "bell" });
}

/** @param {Message} now */
function wayOut({ status, login }) {
  const here = location.pathname + location.search;
  if (status === 401 || login) {
    return el("a", { href: `/login?next=${encodeURIComponent(here)}` }, t("login"));
  }
  return status === 403 ? el("a", { href: here }, t("reload")) : null;
}
