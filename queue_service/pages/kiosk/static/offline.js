// The page that the service worker shows without a connection: it loads the kiosk as soon as it can.

import { reloadIfReachable } from "/static/js/page.js";

const AGAIN_MS = 5000;

addEventListener("contextmenu", (event) => event.preventDefault());
setInterval(() => reloadIfReachable(), AGAIN_MS);
