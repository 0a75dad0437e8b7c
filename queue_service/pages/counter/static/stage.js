// The stage: the one thing to do now, large, and everything else that can be done with a visit.

import { $, announce, el } from "/static/js/page.js";
import { t } from "/static/js/texts.js";
import { bringBack } from "./actions.js";
import { clearTrouble, trouble } from "./deeds.js";
import { current, mode } from "./desk.js";
import { button, draw } from "./draw.js";
import { drawNews } from "./news.js";
import { calledFacts, drawCalled } from "./stage-called.js";
import { drawFree, freeFacts } from "./stage-free.js";
import { drawServing, servingFacts } from "./stage-serving.js";

const SCENES = {
  free: [freeFacts, drawFree],
  called: [calledFacts, drawCalled],
  serving: [servingFacts, drawServing],
};

let shown = "";

/** Draw the stage as the counter stands. */
export function drawStage() {
  const now = mode();
  $("#stage").hidden = now === "none";
  if (now === "none") return;
  const [facts, make] = SCENES[now];
  const known = facts(current());
  drawScene([now, known], () => make(known));
  drawTrouble();
  drawNews(bringBack);
  follow(`${now} ${current()?.number ?? ""}`);
}

// What was done last and what was refused stand between its two halves, next to the big button.
function drawScene(facts, make) {
  let scene = null;
  const half = (name) => () => (scene ??= make())[name];
  draw($("#stage-top"), facts, half("top"));
  draw($("#stage-rest"), facts, half("rest"));
}

// What another window or another clerk changed is said; our own deeds move the focus instead. Who
// came to wait is no news any more with the next scene.
function follow(next) {
  $("#stage").dataset.scene = mode();
  const changed = shown !== "" && shown !== next;
  shown = next;
  const title = $("#stage-title");
  const ours = "busy" in document.body.dataset || document.activeElement === title;
  if (changed) announce(ours ? "" : title.textContent);
}

/** Draw what was refused, where its press was seen. */
export function drawTrouble() {
  if (trouble?.holds && !trouble.holds()) clearTrouble();
  const facts = [trouble, trouble?.offer?.()?.label];
  for (const where of ["choose", "stage", "side"]) {
    const region = $(`#${where}-trouble`);
    if (region) draw(region, facts, () => trouble?.where === where && sentence());
  }
}

function sentence() {
  const look = { "": "banner--bad", warn: "banner--warn", calm: "" }[trouble.look];
  return el("div", { class: `banner ${look}` }, el("p", {}, trouble.sentence), wayOut(), offer());
}

function offer() {
  const offered = trouble.offer?.();
  if (!offered) return "";
  const { label, press } = offered;
  return button(label, { key: "offer", press, look: "button--small", sign: "bell" });
}

function wayOut() {
  const here = encodeURIComponent(location.pathname + location.search);
  const login = () => el("a", { href: `/login?next=${here}` }, t("login"));
  if (trouble.status === 401 || trouble.login) return login();
  if (trouble.status !== 403) return "";
  return el("a", { href: location.pathname + location.search }, t("reload"));
}
