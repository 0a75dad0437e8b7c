// The administrator's pages work without this: it copies, and tells times in the reader's zone.

import { announce } from "./page.js";
import { locale } from "./texts.js";

function tellTimes() {
  const whole = new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" });
  const time = new Intl.DateTimeFormat(locale(), { timeStyle: "short" });
  for (const element of document.querySelectorAll("time[data-at]")) {
    const instant = new Date(Number(element.dataset.at));
    element.textContent = (element.dataset.only === "time" ? time : whole).format(instant);
  }
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  // The clipboard is there on https alone; the older way also works on a plain local network.
  if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
  else document.execCommand("copy");
  button.querySelector("span").textContent = button.dataset.copied;
  announce(button.dataset.copied);
}

tellTimes();
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", () => copy(button));
}
