// How the board says lengths, shares and goals.

import { language, locale, named, t, tn } from "/static/js/texts.js";
import { translatedCounter } from "/static/js/wording.js";

/** @import { Board, BoardGoal } from "/static/js/types.d.ts" */

/**
 * A share as "77 %" or "77%", without decimals.
 * @param {number} ratio
 */
export const percent = (ratio) =>
  new Intl.NumberFormat(locale(), { style: "percent" }).format(ratio);

/**
 * A limit: "6 min", "90 s".
 * @param {number} seconds
 */
export function limit(seconds) {
  const whole = seconds % 60 === 0;
  return unit(whole ? seconds / 60 : seconds, whole ? "minute" : "second");
}

/**
 * A length that need not be exact: "40 s", "4 min", "1 h 5 min".
 * @param {number} seconds
 */
export function roughly(seconds) {
  if (seconds < 60) return unit(Math.max(0, Math.floor(seconds)), "second");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return unit(minutes, "minute");
  const rest = minutes % 60;
  return [unit(Math.floor(minutes / 60), "hour"), rest && unit(rest, "minute")]
    .filter(Boolean)
    .join(" ");
}

/**
 * Which of so many: "24 of 31".
 * @param {number} part
 * @param {number} whole
 */
export const partOf = (part, whole) => t("of", { part, whole });

/**
 * The names of what a board mentions.
 * @param {Board} board
 * @param {string} id
 */
export const serviceName = (board, id) => named(board.names.services[id] ?? { [language()]: id });
/**
 * @param {Board} board
 * @param {string} id
 */
export const teamName = (board, id) => named(board.names.teams[id] ?? { [language()]: id });
/**
 * @param {Board} board
 * @param {string | null} id
 */
export const counterName = (board, id) =>
  translatedCounter(board.names.counters[id ?? ""] ?? id ?? "");

/**
 * What a goal is about: "Handled in under 6 min".
 * @param {BoardGoal} goal
 */
export const goalName = (goal) => t(`goal.${goal.indicator}`, { limit: goalLimit(goal) });

/**
 * What is left of a goal's budget, and who is over its limit just now; null where nothing is to tell.
 * @param {BoardGoal} goal
 */
export function budgetWords(goal) {
  const words = leftWords(goal);
  if (!goal.overdue) return words;
  const overdue = tn("overdue", goal.overdue);
  return words ? t("budget.overdue", { words, overdue }) : overdue;
}

/** @param {BoardGoal} goal */
function leftWords(goal) {
  if (goal.today.judged === 0) return null;
  const values = { limit: goalLimit(goal) };
  if (goal.budget > 0) return tn(`budget.${goal.indicator}`, goal.budget, values);
  if (goal.budget === 0) return t("budget.none");
  if (goal.needed === null) return t("needed.never");
  return tn(`needed.${goal.indicator}`, goal.needed, values);
}

/**
 * How a goal stands: none, few, met, missed, above, below.
 * @param {BoardGoal} goal
 */
export function verdictOf(goal) {
  const { verdict, judged } = goal.today;
  if (judged === 0) return "none";
  if (goal.few) return "few";
  if (verdict !== "open") return verdict;
  return goal.budget >= 0 ? "above" : "below";
}

/** @param {BoardGoal} goal */
function goalLimit(goal) {
  return goal.threshold_seconds === null ? "" : limit(goal.threshold_seconds);
}

/**
 * A number is not parted from its unit at the end of a line.
 * @param {number} n
 * @param {string} name
 */
const unit = (n, name) => t(`unit.${name}`, { n }).replace(" ", "\u00a0");
