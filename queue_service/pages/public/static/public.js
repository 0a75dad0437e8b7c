// A branch's public page: fetched again while somebody looks at it, and says when that was.

import { $, findAll, page, setText } from "/static/js/page.js";
import { clock } from "/static/js/times.js";

const AGAIN_MS = 30_000;

/** @type {number} */
let seen = Date.now();
let failed = false;

function sayWhen() {
  const element = $("#updated");
  element.hidden = false;
  const text = (failed ? element.dataset.lost : element.dataset.now) ?? "";
  setText(element, text.replace("{time}", clock(seen, page.zone)));
}

/** @param {Document} fresh */
function exchange(fresh) {
  for (const part of findAll("[data-live]")) {
    const other = fresh.getElementById(part.id);
    if (other === null) return location.reload(); // another list of services
    if (other.innerHTML === part.innerHTML) continue;
    part.className = other.className;
    part.replaceChildren(...other.childNodes);
  }
  document.title = fresh.title;
}

async function look() {
  if (document.hidden || Date.now() - seen < AGAIN_MS - 1000) return;
  try {
    const response = await fetch(location.href);
    if (response.status === 404) return location.reload();
    failed = !response.ok;
    if (!response.ok) return;
    seen = Date.now();
    exchange(new DOMParser().parseFromString(await response.text(), "text/html"));
  } catch {
    failed = true;
  } finally {
    sayWhen();
  }
}

sayWhen();
setInterval(look, AGAIN_MS);
addEventListener("visibilitychange", look);
addEventListener("pageshow", look);
