// What the kiosk knows of its branch: names, languages, hours, and the server's time.

import { get } from "./api.js";
import { pageData } from "./page.js";
import { named } from "./texts.js";

/** The newest of what /kiosk/<branch>/setup tells. */
export let setup = pageData();

let skew = setup.at - Date.now(); // a kiosk's own clock may be wrong

/** The server's time (ms). */
export const now = () => Date.now() + skew;

/** A service's name in the language in force. */
export const serviceName = (id) => named(setup.names[id] ?? {});

/** Whether "not sure?" stands for a service of its own, which is not among the others. */
export const unsureIsOther = () => !setup.services.some((service) => service.id === setup.unsure);

/** Ask the server again; false when it does not answer: what was known is still the best. */
export async function refreshSetup() {
  try {
    const page = location.origin + location.pathname.replace(/\/$/, "");
    setup = await get(`${page}/setup`, { retry: false });
    skew = setup.at - Date.now();
    return true;
  } catch {
    return false;
  }
}

/**
 * Load the page anew if it can be had, so that an update of the service reaches the kiosk. A reload
 * into a dead line would leave the browser's own error page, which does not recover.
 */
export async function reloadIfReachable() {
  const response = await fetch(location, { cache: "no-store" }).catch(() => null);
  if (response?.ok) location.reload();
}
