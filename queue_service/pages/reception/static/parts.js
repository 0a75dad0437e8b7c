// Pieces that the parts of the reception share.

import { $, el, find, icon } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { NEED_ICONS, NEEDS, needWord } from "./model.js";

/** @import { Need } from "/static/js/types.d.ts" */
/** @import { Child } from "/static/js/page.js" */

/** @type {Map<string, string>} */
const drawn = new Map();

/**
 * Redraw a part if what it shows has changed, so that no button moves from under a finger. The
 * element that had the focus has it again, found by its `data-key`.
 * @param {string} selector
 * @param {unknown} facts
 * @param {() => Child | Child[]} make
 */
export function draw(selector, facts, make) {
  const text = JSON.stringify(facts);
  if (drawn.get(selector) === text) return;
  drawn.set(selector, text);
  const root = $(selector);
  const had = /** @type {HTMLElement | null} */ (document.activeElement);
  const key = had && root.contains(had) ? had.dataset.key : undefined;
  root.replaceChildren(.../** @type {Node[]} */ ([make()].flat().filter(Boolean)));
  if (key) (find(`[data-key="${CSS.escape(key)}"]`, root) ?? find("button", root))?.focus();
}

/** Redraw all of it the next time: the language or the names have changed. */
export const forgetDrawn = () => drawn.clear();

/**
 * @param {Child | Child[]} content
 * @param {string} key
 * @param {() => unknown} press
 * @param {{ classes?: string, symbol?: string, pressed?: boolean | null, label?: string | null }} how
 */
export const button = (
  content,
  key,
  press,
  { classes = "", symbol = "", pressed = null, label = null } = {},
) =>
  el(
    "button",
    {
      type: "button",
      class: `button ${classes}`,
      dataset: { key },
      "aria-pressed": pressed === null ? null : String(pressed),
      "aria-label": label,
      on: { click: press },
    },
    symbol && icon(symbol),
    ...[content].flat(),
  );

/**
 * Buttons that are on or off, one for each need.
 * @param {Need[]} chosen
 * @param {(needs: Need[]) => unknown} change
 * @param {string} prefix of their keys
 */
export const needButtons = (chosen, change, prefix) =>
  el(
    "div",
    { class: "needs", role: "group", "aria-label": t("needs") },
    NEEDS.map((need) => {
      const on = chosen.includes(need);
      const other = on ? chosen.filter((one) => one !== need) : [...chosen, need];
      return button(needWord(need), `${prefix}-${need}`, () => change(other), {
        classes: "needs__one",
        symbol: NEED_ICONS[need],
        pressed: on,
      });
    }),
  );

/**
 * The needs of a citizen, as icons with words.
 * @param {Need[]} needs
 */
export const needBadges = (needs) =>
  needs.map((need) => el("span", { class: "badge need" }, icon(NEED_ICONS[need]), needWord(need)));

/**
 * @param {string} text
 * @param {"warn" | "seen" | "good"} tone
 */
export const note = (text, tone, symbol = tone === "warn" ? "warning" : "info") =>
  el("p", { class: `banner banner--${tone}` }, icon(symbol), el("span", {}, text));
