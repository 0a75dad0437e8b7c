// Refreshes the list of files while one is being made, and announces those that are ready. For open
// data it lets only dates be chosen that there is any of.

import { $, announce, find, findAll } from "/static/js/page.js";

const PAUSE_MS = 1500;

const list = $("#list");

const states = () =>
  new Map(findAll("[data-file]", list).map((row) => [row.dataset.file, row.dataset.state]));

/** @param {Map<string | undefined, string | undefined>} before */
function announceReady(before) {
  for (const row of findAll('[data-state="ready"]', list)) {
    const was = before.get(row.dataset.file);
    if (!was || was === "ready") continue;
    announce((list.dataset.ready ?? "").replace("{file}", row.dataset.name ?? ""));
  }
}

async function refresh() {
  try {
    const response = await fetch(list.dataset.list ?? "", { headers: { Accept: "text/html" } });
    // A login that has ended sends on to another page, which does not belong here.
    if (response.ok && !response.redirected) show(await response.text());
  } catch {
    // The connection is lost: what is shown stays, and the next time recovers.
  }
  wait();
}

/** @param {string} fresh */
function show(fresh) {
  // The focused button keeps its focus when the list is drawn again.
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  /** @type {HTMLElement | null | undefined} */
  const row = focused?.closest("[data-file]");
  const before = states();
  list.innerHTML = fresh;
  announceReady(before);
  if (row) find(`[data-file="${row.dataset.file}"] :is(a, button)`, list)?.focus();
}

function wait() {
  if (find("[data-moving]", list)) setTimeout(refresh, PAUSE_MS);
}

const content = /** @type {HTMLSelectElement} */ ($("#order-content"));
const openData = $("#open-data").dataset;

function limitDates() {
  const open = content.value === openData.content;
  for (const id of ["#order-from", "#order-to"]) {
    const date = /** @type {HTMLInputElement} */ ($(id));
    date.min = (open && openData.first) || "";
    date.max = (open && openData.last) || "";
  }
}

content.addEventListener("change", limitDates);
limitDates();
wait();
