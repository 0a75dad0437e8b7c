// Waits until an administrator has confirmed this screen, or its code is too old: then it loads again.

import { find, pause, show } from "/static/js/page.js";

const ASK_MS = 3000;
const TIMEOUT_MS = 8000;

/** The state of this screen as the server knows it; "" without an answer. */
async function asked() {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch("/pair/state", { cache: "no-store", signal });
    return response.ok ? String((await response.json()).state) : "";
  } catch {
    return "";
  }
}

/** Whether somebody is typing the code of an administrator, which a new page would take away. */
const isTyping = () => find(".pair__typed[open]") !== null;

async function wait() {
  for (;;) {
    await pause(ASK_MS);
    const state = await asked();
    show("#lost", state === "");
    show("#state", state !== "");
    if (state === "confirmed" || (state === "over" && !isTyping())) break;
  }
  location.replace("/pair" + location.search);
}

wait();
