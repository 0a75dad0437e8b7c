// The questions of the page: whether one has left, when one is back, and what else one wants.

import { $dialog, el } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { clock, timeCode } from "/static/js/times.js";

/** @import { Errand, Named } from "./draw.js" */

const dialog = $dialog("#ask");

/** @param {string} number */
export const askLeave = (number) =>
  ask({
    title: t("leave.ask"),
    what: t("leave.what", { number }),
    yes: t("leave.yes"),
    no: t("leave.no"),
    careful: true,
  });

/**
 * The time before which the citizen is not to be called, such as "14:30"; null for none.
 * @param {number[]} times in ms
 * @param {string} zone
 */
export async function askNotBefore(times, zone) {
  const choices = times.map((at) => el("option", { value: timeCode(at, zone) }, clock(at)));
  const chosen = el("select", { class: "input ask__time number", id: "ask-time" }, choices);
  const sure = await ask({
    title: t("not-before.ask"),
    what: t("not-before.what"),
    yes: t("errands.yes"),
    no: t("cancel"),
    body: [el("label", { class: "label", for: "ask-time" }, t("not-before.at")), chosen],
  });
  return sure ? chosen.value : null;
}

/**
 * The changes of the further services: each with so many people, 0 for one that is wanted no more.
 * @param {Named[]} services
 * @param {Errand[]} errands
 * @returns {Promise<Errand[]>}
 */
export async function askErrands(services, errands) {
  const wanted = errands.map(({ service }) => service);
  const choices = services.map(({ id, name }) => {
    const box = el("input", { type: "checkbox", value: id, checked: wanted.includes(id) });
    return el("label", { class: "check ask__one" }, box, name);
  });
  const sure = await ask({
    title: t("errands.ask"),
    what: t("errands.what"),
    yes: t("errands.yes"),
    no: t("cancel"),
    body: choices,
  });
  if (!sure) return [];
  const boxes = /** @type {HTMLInputElement[]} */ ([...dialog.querySelectorAll("input")]);
  return boxes.filter(({ checked, value }) => checked !== wanted.includes(value))
    .map(({ checked, value }) => ({ service: value, people: checked ? 1 : 0 }));
}

/**
 * @param {{
 *   title: string,
 *   what: string,
 *   yes: string,
 *   no: string,
 *   body?: HTMLElement[],
 *   careful?: boolean,
 * }} question `careful`: yes is not what Enter would do
 * @returns {Promise<boolean>}
 */
function ask({ title, what, yes, no, body = [], careful = false }) {
  const button = (/** @type {string} */ text, /** @type {string} */ value, classes = "") =>
    el("button", { class: `button button--large button--wide ${classes}`, value }, text);
  const sure = button(yes, "yes", careful ? "button--danger" : "button--primary");
  const back = button(no, "no");
  const list = body.length ? el("div", { class: "ask__list" }, body) : null;
  dialog.returnValue = "";
  dialog.replaceChildren(
    el(
      "form",
      { method: "dialog", class: "stack" },
      el("h2", { id: "ask-title" }, title),
      el("p", {}, what),
      list,
      sure,
      back,
    ),
  );
  dialog.showModal();
  if (careful) back.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
