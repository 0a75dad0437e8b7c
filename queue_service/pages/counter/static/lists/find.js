// Finding the visit behind a paper ticket, however its number was typed.

import { asApiError, get } from "/static/js/api.js";
import { $, $input } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { ask } from "../dialogs/ask.js";
import { giveTicket } from "../commands/actions.js";
import { serviceName } from "../branch.js";
import { focusStage } from "../commands/commands.js";
import { button } from "../draw.js";
import { showVisit } from "../stage/visit.js";

/** @import { Visit } from "/static/js/types.d.ts" */

const field = $input("#find-number");

/**
 * The number as it is printed: "a12", "A 12" → "A012"; digits alone stay so; null: no number.
 * @param {string} typed
 */
export function printed(typed) {
  const plain = typed.toUpperCase().replace(/[\s-]/g, "");
  const [, prefix, digits] = /^([A-Z]{0,3})(\d{1,9})$/.exec(plain) ?? [];
  if (digits === undefined) return null;
  return prefix + String(Number(digits)).padStart(3, "0");
}

/** Put the cursor where a number is typed. */
export function goFind() {
  field.focus();
  field.select();
}

/** @param {Event} event */
async function find(event) {
  event.preventDefault();
  const number = printed(field.value);
  if (!number) return refuse(t("find.unfit"));
  refuse("");
  try {
    const found = await lookFor(number);
    if (!found.length) return refuse(t("find.none", { number }), newTicket());
    field.value = "";
    leaveField();
    const visit = found.length === 1 ? found[0] : await which(found);
    return visit && showVisit(visit);
  } catch (error) {
    return refuse(asApiError(error).sentence);
  }
}

/**
 * Digits alone fit a ticket of every service, so the whole day is looked through.
 * @param {string} number
 * @returns {Promise<Visit[]>}
 */
async function lookFor(number) {
  const whole = /^[A-Z]/.test(number);
  /** @type {{ visits: Visit[] }} */
  const { visits } = await get("/visits", { query: { number: whole ? number : null } });
  return whole ? visits : visits.filter((visit) => visit.number.replace(/^[A-Z]+/, "") === number);
}

/** @param {Visit[]} visits */
const which = (visits) =>
  ask({
    title: t("find.several"),
    groups: [
      {
        options: visits.map((visit) => ({
          value: visit,
          label: `${visit.number} · ${serviceName(visit.service)}`,
          note: t(`state.${visit.state}`),
        })),
      },
    ],
  });

// A ticket of another day, or misread: the citizen needs a number all the same.
const newTicket = () =>
  button(t("ticket"), {
    key: "find-ticket",
    press: give,
    classes: "button--small",
    icon: "ticket",
  });

function give() {
  field.value = "";
  refuse("");
  giveTicket();
}

/**
 * @param {string} sentence
 * @param {...HTMLElement} more
 */
function refuse(sentence, ...more) {
  $("#find-trouble").replaceChildren(sentence, ...more);
  field.setAttribute("aria-invalid", String(sentence !== ""));
  if (sentence) goFind();
}

// A closed question puts the focus back where it was, and in a field no shortcut works.
function leaveField() {
  if (document.activeElement === field) focusStage();
}

/** @param {KeyboardEvent} event */
function giveUp(event) {
  if (event.key !== "Escape") return;
  field.value = "";
  refuse("");
  leaveField();
}

$("#find").addEventListener("submit", find);
field.addEventListener("keydown", giveUp);
field.addEventListener("input", () => refuse(""));
