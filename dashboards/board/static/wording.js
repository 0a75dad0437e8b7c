// Names and phrases of the board.

import { language, named, t } from "/static/js/texts.js";
import { translatedCounter } from "/static/js/wording.js";

/** @import { Board, CounterInState } from "/static/js/types.d.ts" */

/**
 * A part of a total: "24 of 31".
 * @param {number} part
 * @param {number} whole
 */
export const partOf = (part, whole) => t("of", { part, whole });

/**
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
export const pauseReason = (board, id) =>
  id ? named(board.names.pauses[id] ?? { [language()]: id }) : "";
/**
 * Whether a counter serves: it is neither closed nor paused.
 * @param {CounterInState} counter
 */
export const isServing = ({ state }) => state !== "closed" && state !== "paused";
/**
 * @param {Board} board
 * @param {string | null} id
 */
export const counterName = (board, id) =>
  translatedCounter(board.names.counters[id ?? ""] ?? id ?? "");

const MANY = 6;

/**
 * Whether there are so many counters that each has but a narrow place.
 * @param {Board} board
 */
export const areMany = (board) => board.counters.length > MANY;
