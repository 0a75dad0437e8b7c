// The page of alerts works without this: it keeps what is open fresh, and leaves alone who types.

import { $, find } from "/static/js/page.js";

const EVERY_MS = 15_000;
const TIMEOUT_MS = 8000;

async function refresh() {
  const shown = $("#open");
  if (document.hidden || shown.contains(document.activeElement)) return;
  const path = location.pathname.replace(/\/alerts\/.*/, "/alerts");
  const response = await fetch(path, {
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) return;
  const fresh = find("#open", new DOMParser().parseFromString(await response.text(), "text/html"));
  if (fresh && fresh.innerHTML !== shown.innerHTML) shown.replaceChildren(...fresh.childNodes);
}

setInterval(() => refresh().catch(() => {}), EVERY_MS); // a lost connection: the next time recovers
