// A question in a dialog: choices to press, by number too, and perhaps something to set first.

import { $, el, icon } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { hint, once } from "./draw.js";
import { shortcutsOn } from "./memory.js";

const dialog = $("#ask");
let answer = null; // resolves the question that is open

// K is the box that may stand above the choices.
const KEYS = "123456789ABCDEFGHIJLMNOPQRSTUVWXYZ";

/** Whether a question is open. */
export const asking = () => dialog.open;

/**
 * Ask. `groups` are [{label, options: [{label, note, value, sign, look}]}]; `before` is what can be
 * set above them. An option may name its key (`number`); those after it count on. The focus begins at the first
 * `likely` one, else at the first. `careful`: nothing
 * is done by pressing Enter at once. Gives the value chosen, or null when the question was closed.
 */
export function ask(
  { title, lead, before, groups, wide = false, careful = false, leave = t("cancel") },
) {
  dismiss();
  let number = 0;
  const numbered = (option) => choice(option, number = option.number ?? number + 1);
  const way = closer(leave);
  fill(
    wide,
    el("h2", { id: "ask-title" }, title),
    lead && el("p", { class: "soft" }, lead),
    before,
    groups.filter(({ options }) => options.length).map((group) => drawGroup(group, numbered)),
    el("div", { class: "ask__foot" }, way),
  );
  const likely = $(".ask__choice[data-likely]", dialog) ?? $(".ask__choice", dialog);
  return open(careful ? way : (likely ?? way));
}

/** Show something that is only read; resolves when it is closed. `large`: the title is what counts. */
export function tell({ title, body, wide = false, large = false }) {
  dismiss();
  const done = closer(t("close"), "button--primary");
  const heading = el("h2", { id: "ask-title", class: large ? "ask__large number" : null }, title);
  fill(wide, heading, body, el("div", { class: "ask__foot" }, done));
  return open(done);
}

/** Close the question with this answer. */
export function dismiss(value = null) {
  const resolve = answer;
  answer = null;
  if (dialog.open) dialog.close();
  // The browser gives the focus back, unless what had it was drawn anew meanwhile.
  const { activeElement } = document;
  const lost = activeElement === document.body || dialog.contains(activeElement);
  if (lost) $("#stage-title")?.focus({ preventScroll: true });
  resolve?.(value);
}

function fill(wide, ...parts) {
  dialog.classList.toggle("ask--wide", wide);
  dialog.replaceChildren(el("div", { class: "ask__box" }, parts.filter(Boolean).flat()));
}

function open(first) {
  dialog.showModal();
  first?.focus({ preventScroll: true });
  dialog.scrollTop = 0; // a long text begins at its beginning
  return new Promise((resolve) => {
    answer = resolve;
  });
}

const closer = (label, look = "button--quiet") =>
  el("button", { type: "button", class: `button ${look}`, on: { click: () => dismiss() } }, label);

function drawGroup({ label, options, look = "" }, numbered) {
  const list = el("ul", { class: `ask__choices ${look}`, role: "list" }, options.map(numbered));
  if (!label) return list;
  return el("section", { class: "ask__group" }, el("h3", {}, label), list);
}

function choice({ label, note, value, sign, look = "", likely = false }, number) {
  const key = KEYS[number - 1] ?? null;
  const attributes = {
    type: "button",
    class: `button ask__choice ${look}`,
    "aria-keyshortcuts": key,
    dataset: likely ? { likely: "" } : {},
    on: { click: once(() => dismiss(value)) },
  };
  const words = el("span", { class: "ask__words" }, label, note ? el("small", {}, note) : "");
  const parts = [sign && icon(sign), words, key && hint(key)];
  return el("li", {}, el("button", attributes, parts.filter(Boolean)));
}

// While a question is open every key is its own, wherever the focus is. Heard before anybody else,
// for the answer may close the question at once and the same press would go on to the page.
function keepKey(event) {
  if (!asking()) return;
  event.stopPropagation();
  pressKey(event);
}

function pressKey(event) {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || !shortcutsOn()) return;
  if (event.target.matches("input[type=text], input[type=search]")) return;
  const key = event.key.toUpperCase();
  const wanted = /^[1-9A-Z]$/.test(key) && $(`[aria-keyshortcuts="${key}"]`, dialog);
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
}

addEventListener("keydown", keepKey, { capture: true });
// The browser tells of it a moment later, when the next question may be open already.
dialog.addEventListener("close", () => !dialog.open && dismiss());
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dismiss(); // beside the box
});
