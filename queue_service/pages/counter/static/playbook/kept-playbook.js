// The playbook's entries for the branch, the newest that came: kept in the browser, so that a lost
// connection takes nothing away.

import { get } from "/static/js/api.js";
import { page } from "/static/js/page.js";
import { language } from "/static/js/texts.js";
import { oneAtATime } from "/static/js/requests.js";
import { load, save } from "../storage.js";

/** @import { Playbook } from "/static/js/types.d.ts" */

const KEPT = `playbook.${language()}`;

/** @type {{ newest: Playbook | null, live: boolean }} `live`: it came over the present
 * connection */
export const playbook = { newest: load(KEPT), live: false };

let of = page.branch;

/** Load the entries again; another branch's if the page has moved there. */
export const fetchPlaybook = oneAtATime(async () => {
  const { branch } = page;
  if (of !== branch) playbook.newest = load(KEPT);
  of = branch;
  try {
    const where = `${location.origin}/counter/${encodeURIComponent(branch)}/playbook`;
    const newest = await get(where, { query: { lang: language() }, retry: false });
    if (branch !== page.branch) return;
    playbook.newest = newest;
    playbook.live = true;
    save(KEPT, newest);
  } catch {
    playbook.live = false;
  }
});

/**
 * The entry of a service, if it has one.
 * @param {string} service
 */
export const entryOf = (service) => playbook.newest?.entries.find((one) => one.service === service);

/**
 * The documents to bring for a service, for a slip, each with the language of its text: that of the
 * citizen, or the first that there is.
 * @param {string} service
 * @param {string} wanted
 */
export function bringFor(service, wanted) {
  const bring = entryOf(service)?.bring ?? {};
  const lang = wanted in bring ? wanted : Object.keys(bring)[0] ?? wanted;
  return (bring[lang] ?? []).map((text) => ({ text, lang }));
}
