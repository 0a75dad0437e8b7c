// The screens that this clerk serves, their branches and their states.

import { asApiError, get } from "/static/js/api.js";
import { pageData, store, stored } from "/static/js/page.js";
import { counterNamed, nameIn } from "/static/js/wording.js";
import { takesIn } from "/static/pages/counter/branch.js";

/** @import { RemoteData, VideoCounter } from "/static/js/types.d.ts" */
/** @import { ApiError } from "/static/js/api.js" */
/**
 * The conversation of this browser; `page`: the id by which the server knows its page.
 * @typedef {{ branch: string, counter: string, visit: string, page?: string }} Mine
 */
/** @typedef {{ screens: string[], teams: Record<string, string> }} Choice screens by `key` */

const CHOICE = "queue.remote.choice";
const MINE = "queue.remote.mine";

/** @type {RemoteData} */
const data = pageData();

/**
 * The states of all screens `at` an instant (ms; null: not known yet), and why they could not be
 * asked since.
 * @type {{ all: VideoCounter[], at: number | null, trouble: ApiError | null }}
 */
export const stands = { all: [], at: null, trouble: null };

/** The choice in this browser. @returns {Choice} */
export const choice = () => stored(CHOICE) ?? { screens: [], teams: {} };

/** @param {Choice} chosen */
export const choose = (chosen) => store(CHOICE, chosen);

/** The conversation that this browser is in, also over a reload. @returns {Mine | null} */
export const mine = () => stored(MINE);

/** @param {Mine | null} now */
export const setMine = (now) => store(MINE, now);

/**
 * Whether the conversation at a screen is this browser's.
 * @param {VideoCounter} screen
 */
export const isMine = ({ visit }) => visit !== null && mine()?.visit === visit;

/** @param {{ branch: string, counter: string }} screen */
export const keyOf = ({ branch, counter }) => `${branch}/${counter}`;

/** The chosen ones with their states. */
export function chosen() {
  const { screens } = choice();
  return stands.all.filter((screen) => screens.includes(keyOf(screen)));
}

/** The first visit of those at free screens, with the screen; null without any. */
export const firstOf = (/** @type {VideoCounter[]} */ screens) =>
  screens
    .filter(({ state, next }) => state === "free" && next)
    .sort((a, b) => (a.next?.place ?? 0) - (b.next?.place ?? 0) || (a.branch < b.branch ? -1 : 1))
    .at(0) ?? null;

/** Load their states again. */
export async function renew() {
  try {
    stands.all = (await get("/api/v1/video/counters", { retry: false })).counters;
    stands.at = Date.now();
    stands.trouble = null;
  } catch (error) {
    stands.trouble = asApiError(error);
  }
}

/**
 * A screen's name in the page's language.
 * @param {{ branch: string, counter: string }} screen
 */
export const screenName = ({ branch, counter }) =>
  counterNamed(data.branches[branch]?.counters.find(({ id }) => id === counter)?.name ?? counter);

/** All branches with a screen. */
export const branchIds = Object.keys(data.branches);

/** @param {string} branch */
export const branchName = (branch) => data.branches[branch]?.name ?? branch;

/**
 * A team's name in the page's language; "" for no team.
 * @param {string} branch
 * @param {string | null | undefined} id
 */
export const teamName = (branch, id) => id ? nameIn(teamsOf(branch), id) : "";

/**
 * The services that a screen takes with a team ("" for none).
 * @param {{ branch: string, counter: string }} screen
 * @param {string} team
 */
export function takes({ branch, counter }, team) {
  const config = data.branches[branch];
  return config ? takesIn(config, counter, team) : [];
}

/**
 * The team to serve these screens of a branch with: the first of those `wished` for that takes
 * something at one of them, else the one that takes most; "" where the branch has none.
 * @param {string} branch
 * @param {{ branch: string, counter: string }[]} screens
 * @param {(string | null | undefined)[]} wished
 */
export function teamFor(branch, screens, wished) {
  const ids = teamsOf(branch).map(({ id }) => id);
  const served = (/** @type {string} */ team) =>
    screens.reduce((sum, screen) => sum + takes(screen, team).length, 0);
  const able = wished.find((id) => id && ids.includes(id) && served(id) > 0);
  const most = ids.reduce((best, id) => (served(id) > served(best) ? id : best), ids[0] ?? "");
  return able ?? most;
}

/**
 * The reasons for a pause that all of these screens' branches have.
 * @param {VideoCounter[]} screens
 */
export function pauseReasonsOf(screens) {
  const [first = [], ...others] = [...new Set(screens.map(({ branch }) => branch))]
    .map((branch) => data.pauses[branch] ?? []);
  return first.filter(({ id }) => others.every((list) => list.some((one) => one.id === id)));
}

/** @param {string} branch */
export const teamsOf = (branch) => data.branches[branch]?.teams ?? [];
