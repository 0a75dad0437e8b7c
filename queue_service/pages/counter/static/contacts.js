// What has no ticket: one press counts a question in passing or a telephone call, whatever else goes
// on. Each press is one contact, sent by itself; one whose answer was lost is kept and sent again.

import { asApiError, post } from "/static/js/api.js";
import { $, el, icon, newKey, pageData } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { t, tn } from "/static/js/texts.js";
import { configuration, serviceName } from "./branch.js";
import { button, draw, hint } from "./draw.js";
import { changed, connection, model } from "./model.js";
import { load, loadAll, save } from "./storage.js";

/** @import { CounterData, Service } from "/static/js/types.d.ts" */
/** @typedef {"desk" | "phone"} Way */
/** @typedef {{ service: string, channel: Way, counter: string | null, key: string, at: number }} Press */
/** @typedef {{ id: string, service: string, channel: Way, until: number, key: string }} Counted */

const LISTED = 3;
const KEPT_MS = 12 * 3_600_000; // well below what the service remembers of a key
const LOST = ["network", "store_unavailable", "rate_limited"];

/** @type {CounterData} */
const { contacts: used } = pageData();

/** @type {Press[]} */
const unsent = kept();
/** @type {Counted[]} */
let counted = [];
let trouble = "";
let whole = false; // whether all services are listed

/** The services, the most used first; those that are switched off come last. */
export function servicesByUse() {
  const rank = (/** @type {Service} */ { id, active }) => (used[id] ?? 0) + (active ? 0 : -1e9);
  return [...configuration().services].sort((a, b) => rank(b) - rank(a));
}

/**
 * Count a contact. By a shortcut it is about the first service of the list.
 * @param {Way} channel
 * @param {string | undefined} service
 */
export function countContact(channel, service = servicesByUse()[0]?.id) {
  if (!service) return;
  const counter = model.counter?.id ?? null;
  const press = { service, channel, counter, key: newKey(), at: serverClock.now() };
  unsent.push(press);
  keep(press);
  send(press);
  changed();
}

/** Take back the contact that was counted last, while that can be done. */
export async function undoContact() {
  const last = recent().at(-1);
  if (!last) return;
  counted = counted.filter((one) => one !== last);
  trouble = "";
  changed();
  try {
    await post(`/contacts/${last.id}/undo`, {}, { key: last.key });
  } catch (thrown) {
    const error = asApiError(thrown);
    if (LOST.includes(error.code)) counted.push(last);
    trouble = error.sentence;
  }
  changed();
}

/** The line is back: send what it did not let through, also in a window that is closed since. */
export function sendUnsent() {
  const known = new Set(unsent.map(({ key }) => key));
  unsent.push(...kept().filter(({ key }) => !known.has(key)));
  unsent.forEach(send);
}

const sending = new Set();

/** @param {Press} press */
async function send(press) {
  if (sending.has(press.key)) return;
  sending.add(press.key);
  trouble = "";
  const { service, channel, counter, key } = press;
  try {
    const body = { service, channel, ...(counter ? { counter } : {}) };
    const { id, undo_until: until } = await post("/contacts", body, { key });
    counted.push({ id, service, channel, until: Date.parse(until), key: newKey() });
    forget(press);
  } catch (thrown) {
    const error = asApiError(thrown);
    if (LOST.includes(error.code)) connection.check();
    else forget(press);
    trouble = error.sentence;
  } finally {
    sending.delete(key);
    changed();
  }
}

/** @param {Press} press */
function forget(press) {
  unsent.splice(unsent.indexOf(press), 1);
  save(`contacts.${press.key}`, null);
}

/**
 * What is not sent from this browser, in this window or another; what is too old is forgotten. Each
 * press has a place of its own, so that two windows take nothing from each other.
 * @returns {Press[]}
 */
function kept() {
  // Before, all were in one list.
  for (const press of /** @type {Press[]} */ (load("contacts") ?? [])) keep(press);
  save("contacts", null);
  const presses = /** @type {Press[]} */ (loadAll("contacts"));
  const oldest = serverClock.now() - KEPT_MS;
  for (const { key, at } of presses) if (at <= oldest) save(`contacts.${key}`, null);
  return presses.filter(({ at }) => at > oldest).sort((a, b) => a.at - b.at);
}

/** @param {Press} press */
function keep(press) {
  save(`contacts.${press.key}`, press);
}

/** The contacts that can still be taken back. */
const recent = () => counted.filter(({ until }) => until > serverClock.now());

/** Draw the list of services, and what was counted last. */
export function drawContacts() {
  counted = recent();
  const services = servicesByUse().map(({ id }) => id);
  const shown = whole ? services : services.slice(0, LISTED);
  draw($("#contacts-list"), [services, whole], () => [
    el("ul", { class: "contacts__list", role: "list" }, shown.map(row)),
    services.length > LISTED ? moreButton(services.length - LISTED) : null,
  ]);
  // Sent within a moment as a rule: only what waits for the line is worth a word.
  const waiting = unsent.filter(({ key }) => connection.lost || !sending.has(key)).length;
  draw($("#contacts-news"), [counted, waiting, trouble], () => news(waiting));
}

/**
 * @param {string} id
 * @param {number} index
 */
function row(id, index) {
  const service = serviceName(id);
  const one = (/** @type {Way} */ channel, /** @type {string} */ key) =>
    el(
      "button",
      {
        type: "button",
        class: "button button--small contacts__press",
        dataset: { key: `contact-${channel}-${id}` },
        "aria-label": t(`contact.${channel}`, { service }),
        title: t(`contact.${channel}`, { service }),
        "aria-keyshortcuts": index ? undefined : key,
        on: { click: () => countContact(channel, id) },
      },
      icon(channel === "phone" ? "phone" : "plus"),
      index ? null : hint(key),
    );
  return el(
    "li",
    { class: "contacts__row" },
    el("span", { class: "contacts__name" }, service),
    one("desk", "K"),
    one("phone", "O"),
  );
}

/** @param {number} n */
const moreButton = (n) =>
  button(whole ? t("contact.fewer") : tn("contact.more", n), {
    key: "contact-more",
    press: () => {
      whole = !whole;
      changed();
    },
    classes: "button--small button--quiet",
  });

/** @param {number} waiting */
function news(waiting) {
  const last = counted.at(-1);
  return [
    last && el(
      "div",
      { class: "contacts__done row" },
      el(
        "p",
        { class: "grow" },
        [
          t(`contact.done.${last.channel}`, { service: serviceName(last.service) }),
          counted.length > 1 ? ` ${tn("contact.lately", counted.length)}` : "",
        ].join(""),
      ),
      button(t("undo"), {
        key: "contact-undo",
        press: undoContact,
        shortcut: "Z",
        classes: "button--small",
        icon: "undo",
      }),
    ),
    waiting
      ? el(
        "div",
        { class: "contacts__done row" },
        el("p", { class: "grow strong" }, tn("contact.unsent", waiting)),
        button(t("contact.again"), {
          key: "contact-again",
          press: sendUnsent,
          classes: "button--small",
          icon: "repeat",
        }),
      )
      : null,
    trouble && !waiting ? el("p", { class: "field__error" }, trouble) : null,
  ];
}
