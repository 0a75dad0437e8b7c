// Shows the list of files anew while something on it is being made, and tells what has become ready.

const PAUSE_MS = 1500;

const list = document.getElementById("list");
const announce = document.getElementById("announce");

const states = () =>
  new Map(
    [...list.querySelectorAll("[data-file]")].map((row) => [row.dataset.file, row.dataset.state]),
  );

function tellWhatIsReady(before) {
  for (const row of list.querySelectorAll('[data-state="ready"]')) {
    const was = before.get(row.dataset.file);
    if (was && was !== "ready") {
      announce.textContent = list.dataset.ready.replace("{file}", row.dataset.name);
    }
  }
}

async function look() {
  try {
    const answer = await fetch(list.dataset.list, { headers: { Accept: "text/html" } });
    // A login that has ended sends on to another page, which has no place here.
    if (answer.ok && !answer.redirected) show(await answer.text());
  } catch {
    // The line is down: what is shown stays, and the next look tries again.
  }
  wait();
}

function show(fresh) {
  // What somebody is about to press must not be taken from under the keyboard.
  const held = list.contains(document.activeElement)
    ? document.activeElement.closest("[data-file]")
    : null;
  const before = states();
  list.innerHTML = fresh;
  tellWhatIsReady(before);
  if (held) list.querySelector(`[data-file="${held.dataset.file}"] :is(a, button)`)?.focus();
}

function wait() {
  if (list.querySelector("[data-moving]")) setTimeout(look, PAUSE_MS);
}

wait();
