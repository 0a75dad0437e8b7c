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
    setup = await get(`${location.pathname.replace(/\/$/, "")}/setup`, { retry: false });
    skew = setup.at - Date.now();
    return true;
  } catch {
    return false;
  }
}
