// Referring a case: asked after an inquiry ended as referred, and said when one has come back.

import { oneAtATime } from "/static/js/requests.js";
import { get } from "/static/js/api.js";
import { el, find, icon, page } from "/static/js/page.js";
import { named, t } from "/static/js/texts.js";
import { ask } from "../dialogs/ask.js";
import { command, message, showRemark } from "../commands/commands.js";
import { draw } from "../draw.js";
import { changed, model } from "../model.js";

/** @import { LifelineDesk, Visit } from "/static/js/types.d.ts" */
/** @import { Body } from "../commands/commands.js" */
/** @typedef {{ number: string, state: string, settled: string | null }} Referral */

const CATEGORIES = ["decision", "missing_document", "special_case", "technical"];

const TOLD_MS = 12_000;

/** @type {string[]} */
let returned = []; // ticket numbers

/**
 * Ask where the case goes that has just ended as referred. An answer is optional.
 * @param {Visit | null} visit as it is after that
 */
export async function offerReferral(visit) {
  const index = visit?.inquiries.findLastIndex(({ outcome }) => outcome === "referred") ?? -1;
  if (!visit || index < 0 || !model.counter) return;
  const { service } = visit.inquiries[index];
  const path = `/counters/${encodeURIComponent(model.counter.id)}/lifelines`;
  /** @type {LifelineDesk | null} */
  const desk = await get(path, { query: { service } }).catch(() => null);
  const lines = desk?.lifelines.filter((one) => one.rings) ?? []; // none from a bus
  if (!lines.length) return;
  // Neither has an answer beforehand: an answer by default would be counted as a reason.
  const category = await ask({
    title: t("referral.why", { number: visit.number }),
    groups: [{ options: CATEGORIES.map((value) => ({ value, label: t(`referral.${value}`) })) }],
    careful: true,
    leave: t("referral.skip"),
  });
  if (!category) return;
  const line = await ask({
    title: t("referral.ask", { number: visit.number }),
    lead: t("referral.note"),
    careful: true,
    groups: [{
      options: lines.map((one) => ({
        value: one,
        label: named(one.name),
        note: one.branch_name,
        icon: "transfer",
      })),
    }],
    leave: t("referral.skip"),
  });
  if (!line) return;
  const to = { number: visit.number, lifeline: named(line.name), branch: line.branch_name };
  await send(to, {
    visit: visit.id,
    inquiry: index,
    to: line.branch,
    lifeline: line.id,
    category,
  });
}

/**
 * Send it, and offer that again where no answer came: the question is not asked twice.
 * @param {{ number: string, lifeline: string, branch: string }} to
 * @param {Body} body
 */
async function send(to, body) {
  const sent = await command("/referrals", body);
  const until = performance.now() + TOLD_MS;
  if (sent) {
    showRemark(t("referral.sent", to), {
      holds: () => performance.now() < until,
      offer: () => null,
    });
  } else if (message()?.lost) {
    showRemark(t("referral.lost", to), {
      holds: () => true,
      offer: () => ({ label: t("referral.again"), press: () => send(to, body) }),
    });
  }
}

/** Look whether any have come back and wait for somebody here. */
export const refreshReturned = oneAtATime(async () => {
  const { referrals } = await get("/referrals");
  returned = referrals
    .filter((/** @type {Referral} */ { state, settled }) => state === "returned" && !settled)
    .map((/** @type {Referral} */ { number }) => number);
  changed();
});

/** Say that some have come back, with the way to them. */
export function drawReturned() {
  const root = find("#referrals");
  if (!root) return;
  root.hidden = !returned.length;
  draw(root, returned, () =>
    returned.length > 0 && el(
      "a",
      { class: "banner banner--warn", href: `/referrals/${encodeURIComponent(page.branch)}` },
      icon("undo"),
      t("referral.returned", { numbers: returned.join(", ") }),
    ));
}
