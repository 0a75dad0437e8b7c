// Waits until the report is there, then shows it.

const PAUSE_MS = 1200;
const SLOW_AFTER_MS = 45_000;
const STILL_BEING_MADE = 202;

const begun = performance.now();

async function look() {
  try {
    const answer = await fetch(location.href);
    if (answer.status !== STILL_BEING_MADE) {
      location.reload();
      return;
    }
  } catch {
    // The line is down; the next look tries again.
  }
  if (performance.now() - begun > SLOW_AFTER_MS) {
    document.getElementById("wait-text").textContent = document.getElementById("wait").dataset.slow;
  }
  setTimeout(look, PAUSE_MS);
}

setTimeout(look, PAUSE_MS);
