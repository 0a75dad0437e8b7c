// The playbook next to the visit: what to bring, what to do, and where an authority decides.
//
// The panel says when it shows a kept copy, and of when. The server has rendered and cleaned the HTML of
// each entry.

import { $, $input, el, find, icon, page, show } from "/static/js/page.js";
import { t, tn } from "/static/js/texts.js";
import { clock, dateIn } from "/static/js/times.js";
import { marked, markWithin } from "/static/pages/playbook/mark.js";
import { lineWith, matches } from "/static/pages/playbook/search.js";
import { asking } from "../dialogs/ask.js";
import { focusStage } from "../commands/commands.js";
import { entryOf, fetchPlaybook, playbook } from "./kept-playbook.js";
import { current } from "../model.js";

/** @import { PlaybookEntry } from "/static/js/types.d.ts" */

const panel = $("#playbook");
const search = $input("#playbook-search");
let chosen = ""; // a service that the clerk looked up; "" for the visit's own
let lookedFor = ""; // the words by which it was found

/** Load the entries again. */
export const refreshPlaybook = () => fetchPlaybook().then(drawPlaybook);

/** Open the entry of the visit at the counter, or close it. */
export const togglePlaybook = () => (panel.hidden ? openPlaybook() : closePlaybook());

/** Open the entry of the visit at the counter, ready for a word to look for. */
export function openPlaybook() {
  if (panel.hidden) {
    chosen = lookedFor = search.value = "";
    panel.hidden = false;
    drawPlaybook();
    refreshPlaybook();
    panel.scrollTop = 0;
  }
  search.focus({ preventScroll: true });
  search.select();
}

/** Close it, and go back to the visit. */
export function closePlaybook() {
  if (panel.hidden) return;
  const within = panel.contains(document.activeElement);
  panel.hidden = true;
  if (within) focusStage();
}

/** Redraw the panel if something changed: another visit, another search, another copy. */
export function drawPlaybook() {
  if (panel.hidden) return;
  const service = chosen || current()?.service || "";
  const looked = search.value.trim() !== "";
  const found = entryOf(service);
  const lists = looked || !found;
  const content = lists ? results(looked, service) : sheet(found);
  const signature = JSON.stringify([
    lists,
    service,
    search.value,
    page.branch,
    lookedFor,
    playbook.newest?.at,
    playbook.live,
  ]);
  if (panel.dataset.drawn === signature) return;
  panel.dataset.drawn = signature;
  $("#playbook-title").textContent = !lists && found ? found.name : t("playbook");
  show("#playbook-kept", !playbook.live);
  $("#playbook-kept-words").textContent = keptWords();
  $("#playbook-content").replaceChildren(...content);
}

function keptWords() {
  if (!playbook.newest) return t("playbook.never");
  const at = new Date(playbook.newest.at).toISOString();
  return t("playbook.kept", {
    day: dateIn(playbook.newest.at, page.zone ?? "UTC"),
    time: clock(at),
  });
}

/** @param {PlaybookEntry} found */
function sheet(found) {
  const box = el("div", { class: "sheet-box" });
  box.append(document.createRange().createContextualFragment(found.html));
  markWithin(box, lookedFor);
  const address = `/playbook/${encodeURIComponent(found.service)}`;
  const whole = el("a", { href: address, target: "_blank" }, t("playbook.page"));
  return [box, el("p", { class: "small" }, whole)];
}

/**
 * @param {boolean} looked whether something is looked for
 * @param {string} service the one that has no entry, or ""
 */
function results(looked, service) {
  const entries = (playbook.newest?.entries ?? [])
    .filter(({ words }) => matches(words, search.value))
    .toSorted((one, other) => rank(one) - rank(other));
  const none = looked ? t("playbook.none") : t(service ? "playbook.unwritten" : "playbook.all");
  const words = looked && entries.length ? tn("playbook.found", entries.length) : none;
  return [
    el("p", { class: "soft", role: "status" }, words),
    el("ul", { class: "stack gap-2", role: "list" }, entries.map(result)),
  ];
}

/**
 * First what the citizen came for, then what is called so, then what says so.
 * @param {PlaybookEntry} found
 */
function rank({ service, name }) {
  if (service === current()?.service) return 0;
  return matches(name, search.value) ? 1 : 2;
}

/** @param {PlaybookEntry} found */
function result({ service, name, summary, words: text }) {
  const click = () => {
    chosen = service;
    lookedFor = search.value;
    search.value = "";
    drawPlaybook();
    panel.scrollTop = 0;
    $("#playbook-title").focus();
  };
  const looked = search.value;
  const line = matches(`${name}\n${summary}`, looked) ? summary : lineWith(text, looked) || summary;
  const words = el(
    "span",
    { class: "grow" },
    el("strong", {}, marked(name, looked)),
    el("small", {}, marked(line, looked)),
  );
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", class: "button playbook__result", on: { click } },
      words,
      icon("chevron-right"),
    ),
  );
}

search.addEventListener("input", drawPlaybook);
$("#playbook-close").addEventListener("click", closePlaybook);
$("#playbook-form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (search.value.trim() !== "") find(".playbook__result", panel)?.click();
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !asking()) closePlaybook();
});
