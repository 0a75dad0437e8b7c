// The goals are on one screen with the rest of the board: the more of them, the closer they are.

import { $ } from "/static/js/page.js";

// Each leaves out a little more: first space, then the last hour and the misses a goal can still take,
// then a second line of its limits and the noun of its number. Share, number and verdict stay.
const DENSITIES = ["0", "1", "2", "3"];

const panel = $(".board-goals");
const wide = matchMedia("(width > 75rem)");

/** Choose the least dense form that ends on the screen; where everything scrolls, the roomy one. */
export function fitGoals() {
  for (const density of wide.matches ? DENSITIES : ["0"]) {
    panel.dataset.dense = density;
    if (fits()) return;
  }
}

/** Whether the last goal ends where the page's other panels have to. */
function fits() {
  const last = $("#goals").lastElementChild;
  if (last === null) return true;
  const { paddingBottom } = getComputedStyle(panel);
  const below = parseFloat(paddingBottom) + parseFloat(getComputedStyle($("#main")).paddingBottom);
  return last.getBoundingClientRect().bottom + scrollY + below <= innerHeight;
}

addEventListener("resize", fitGoals);
