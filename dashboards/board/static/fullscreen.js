// The button that gives the board the whole screen, where the browser can.

import { $ } from "/static/js/page.js";
import { t } from "/static/js/texts.js";

/** Show the button and let it work both ways. */
export function fullscreenButton(button) {
  if (!document.fullscreenEnabled) return;
  const update = () => {
    const full = document.fullscreenElement !== null;
    $("span", button).textContent = t(full ? "fullscreen.leave" : "fullscreen.enter");
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  });
  document.addEventListener("fullscreenchange", update);
  update();
}
