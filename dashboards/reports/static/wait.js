// Waits until the report is there, then shows it.

import { $ } from "/static/js/page.js";

const PAUSE_MS = 1200;
const SLOW_AFTER_MS = 45_000;
const STILL_BEING_MADE = 202;

const begun = performance.now();

async function check() {
  try {
    const response = await fetch(location.href);
    if (response.status !== STILL_BEING_MADE) {
      location.reload();
      return;
    }
  } catch {
    // The connection is down; the next time tries again.
  }
  if (performance.now() - begun > SLOW_AFTER_MS) {
    $("#wait-text").textContent = $("#wait").dataset.slow ?? "";
  }
  setTimeout(check, PAUSE_MS);
}

setTimeout(check, PAUSE_MS);
