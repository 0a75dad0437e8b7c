// Registers the kiosk's service worker, and loads a new release once the screen is unused.

import { page, reloadIfReachable } from "/static/js/page.js";

const CHECK_MS = 300_000;
const RELEASE = import.meta.url.split("/")[4]; // of this page: /static/<release>/…

/**
 * Have a reload without a connection show what to do, and load a new release of the service.
 * @param {() => boolean} isFree whether the screen is unused
 */
export async function keepUp(isFree) {
  const { serviceWorker } = navigator; // not there without https
  if (!serviceWorker || page.as !== "kiosk") return;
  let outdated = false;
  serviceWorker.addEventListener("message", ({ data }) => {
    outdated = data.release !== RELEASE;
    if (outdated) reloadIfReachable(isFree);
  });
  const address = `/kiosk/worker.js?branch=${page.branch}`;
  const registration = await serviceWorker.register(address, { scope: "/kiosk/" });
  setInterval(async () => {
    if (outdated) reloadIfReachable(isFree);
    await registration.update().catch(() => {});
    if (isFree()) registration.waiting?.postMessage("activate");
  }, CHECK_MS);
}
