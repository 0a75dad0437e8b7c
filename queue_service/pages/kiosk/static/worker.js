// The kiosk's service worker: a reload without a connection shows what to do, and an open page keeps
// the scripts of its release. It keeps no ticket and no answer of the API.

const FILES = [
  "/static/css/tokens.css",
  "/static/css/base.css",
  "/static/css/layout.css",
  "/static/css/controls.css",
  "/static/css/components.css",
  "/static/css/pages.css",
  "/static/fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2",
  "/static/fonts/plain-zero-wght-normal.woff2",
  "/static/img/fjord.svg",
  "/static/img/icon.svg",
  "/static/js/page.js",
  "/static/pages/kiosk/kiosk.css",
  "/static/pages/kiosk/touch.css",
  "/static/pages/kiosk/sizes.css",
  "/static/pages/kiosk/offline.css",
  "/static/pages/kiosk/offline.js",
  // Imported by an open page later than with its first load.
  "/static/pages/display/clips.js",
  "/static/pages/kiosk/aloud/aloud.js",
  "/static/pages/kiosk/booked/booked.js",
  "/static/pages/kiosk/aloud/headset.js",
  "/static/pages/kiosk/help/help.css",
  "/static/pages/kiosk/help/help.js",
  "/static/pages/kiosk/slip/own.js",
  "/static/pages/kiosk/slip/raster.js",
  "/static/pages/kiosk/release.js",
  "/static/pages/kiosk/aloud/screen-reading.js",
  "/static/pages/kiosk/slip/slip.js",
  "/static/pages/kiosk/slip/slip-code.js",
  "/static/pages/kiosk/aloud/voice.js",
  "/static/pages/display/chime.js",
  "/static/pages/display/languages.js",
  "/static/pages/display/voice.js",
];
const RELEASE = FILES[0].split("/")[2]; // the server writes the digest of the release into each
const CACHE = `kiosk-${RELEASE}`;
const LIMIT_MS = 10_000; // a server that does not answer for so long counts as away
const PAGE = /^\/kiosk\/([a-z0-9_-]+)$/;
const worker = /** @type {any} */ (self); // the pages do not have a worker's types

/** @param {string} branch */
const offlinePage = (branch) => `/kiosk/${branch}/offline`;

async function install() {
  const branch = new URL(worker.location.href).searchParams.get("branch") ?? "";
  const cache = await caches.open(CACHE);
  await cache.addAll([...FILES, offlinePage(branch)]);
}

async function activate() {
  const former = (await caches.keys()).filter((name) => name !== CACHE);
  await Promise.all(former.map((name) => caches.delete(name)));
  await worker.clients.claim();
  for (const client of await worker.clients.matchAll()) client.postMessage({ release: RELEASE });
}

/** @param {string} branch */
async function keepOfflinePage(branch) {
  const cache = await caches.open(CACHE);
  await cache.add(offlinePage(branch)).catch(() => {}); // the one that is kept stays
}

const tooLate = () => new Promise((_, reject) => setTimeout(reject, LIMIT_MS));

/**
 * @param {any} event
 * @param {string} branch
 */
async function openPage(event, branch) {
  try {
    const response = await Promise.race([fetch(event.request), tooLate()]);
    if (response.status < 500) {
      if (response.ok) event.waitUntil(keepOfflinePage(branch));
      return response;
    }
  } catch {
    // No connection, or no answer in time.
  }
  return await caches.match(offlinePage(branch)) ?? Response.error();
}

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(install()));
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(activate()));
worker.addEventListener("message", () => worker.skipWaiting());
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== worker.location.origin) return;
  const branch = mode === "navigate" && PAGE.exec(pathname)?.[1];
  if (branch) event.respondWith(openPage(event, branch));
  else if (FILES.includes(pathname)) {
    event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(event.request)));
  }
});
