// The ticket's own call, which has the whole screen, and what to do where it was missed.

import { $, setText, show } from "/static/js/page.js";
import { codes } from "/static/js/languages.js";
import { has, language, named, nameLanguage, t } from "/static/js/texts.js";
import { hasCounterWord, translatedCounter } from "/static/js/wording.js";

/** @import { BranchState, Visit } from "/static/js/types.d.ts" */

const LINE = 12; // characters that are large in one line
const ARROW = 2; // is as wide as so many

/**
 * A counter's name in a language, and the language it is in.
 * @param {BranchState | null} state
 * @param {string} id
 */
export function counterName(state, id, lang = language()) {
  /** @type {string | Record<string, string>} */
  const name = state?.counters.find((counter) => counter.id === id)?.name ?? id;
  if (typeof name !== "string") return { text: named(name, lang), lang: nameLanguage(name, lang) };
  return { text: translatedCounter(name, lang), lang: hasCounterWord(name) ? lang : codes[0] };
}

/**
 * How many characters wide a name is: a short one in one line, a long one in two or three.
 * @param {string} name
 */
function widthOf(name) {
  const lines = Math.min(3, Math.ceil(name.length / LINE));
  const words = name.split(/\s+/).map((word) => word.length);
  return Math.max(...words, lines > 1 ? Math.ceil(name.length / lines) + 2 : name.length);
}

/**
 * Show where a ticket is called to; or, of a missed call, what to do.
 * @param {Visit} visit
 * @param {{ counter: { text: string, lang: string }, entrance: string, missed: string }} facts `entrance` is
 *   how one comes into a room, "" for a counter; `missed` how long a missed number keeps its place
 */
export function drawCalled({ number, state }, { counter, entrance, missed }) {
  const isMissed = state === "no_show";
  $("#main").toggleAttribute("data-missed", isMissed);
  setText($("#called-label"), t(isMissed ? "called.missed" : "called.label"));
  setText($("#called-number"), number);
  const to = isMissed ? t("called.staff") : counter.text;
  setText($("#called-counter"), to);
  const { style } = $(".called__to");
  style.setProperty("--widest", String(Math.max(number.length, widthOf(to))));
  style.setProperty("--all", String(number.length + widthOf(to) + ARROW));
  $("#called-counter").lang = isMissed ? language() : counter.lang;
  const how = isMissed ? missed : has(`room.${entrance}`) ? t(`room.${entrance}`) : "";
  setText($("#called-how"), how);
  show("#called-how", how !== "");
}
