// Contacts without a ticket: one press counts a question in passing or a telephone call, whatever
// else goes on. Each press is one contact, sent by itself; one whose answer was lost is kept and
// sent again.

import { asApiError, post } from "/static/js/api.js";
import { keyName } from "/static/js/keys.js";
import { $, el, icon, newKey, pageData } from "/static/js/page.js";
import { serverClock } from "/static/js/server-clock.js";
import { t, tn } from "/static/js/texts.js";
import { configuration, serviceName, UNDO_WITHIN_MS } from "../branch.js";
import { button, draw, hint } from "../draw.js";
import { changed, connection, model } from "../model.js";
import { load, loadAll, save } from "../storage.js";
import { offerUndo, undoCommand } from "../commands/undo.js";

/** @import { Command } from "/static/js/keys.js" */
/** @import { CounterData, Service } from "/static/js/types.d.ts" */
/** @typedef {"desk" | "phone"} Way */
/** @typedef {{ service: string, channel: Way, counter: string | null, key: string, at: number }} Press */
/** @typedef {{ id: string, service: string, channel: Way, until: number, key: string }} Counted */

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

/** The connection is back: send the unsent presses, also of a window that is closed since. */
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
 * The unsent presses of this browser, in this window or another; presses that are too old are
 * forgotten. Each press has a place of its own, so that two windows take nothing from each other.
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

offerUndo("contact", () => {
  const last = recent().at(-1);
  return last ? { at: last.until - UNDO_WITHIN_MS, press: undoContact } : null;
});

/** The contacts that can still be taken back. */
const recent = () => counted.filter(({ until }) => until > serverClock.now());

/** Draw the list of services, and what was counted last. */
export function drawContacts() {
  counted = recent();
  const services = servicesByUse().map(({ id }) => id);
  draw($("#contacts-list"), [services, whole], () => [
    line(services[0], services.length - 1),
    whole && el("ul", { class: "contacts__list", role: "list" }, services.slice(1).map(row)),
  ]);
  // Sent within a moment as a rule: only a press that waits for the connection is worth a word.
  const waiting = unsent.filter(({ key }) => connection.lost || !sending.has(key)).length;
  const command = undoCommand("contact");
  draw($("#contacts-news"), [counted, waiting, trouble, command], () => news(waiting, command));
}

/**
 * The one line: the service that is asked about most, which has the keys, and the way to the others.
 * @param {string} id
 * @param {number} others how many
 */
const line = (id, others) =>
  el(
    "div",
    { class: "contacts__row" },
    el(
      "div",
      { class: "contacts__name" },
      el("h2", { id: "contacts-title" }, t("contact")),
      el("span", { class: "soft" }, serviceName(id)),
    ),
    press(id, "desk", "note_desk"),
    press(id, "phone", "note_phone"),
    others > 0 && moreButton(others),
  );

/** @param {string} id */
const row = (id) =>
  el(
    "li",
    { class: "contacts__row" },
    el("span", { class: "contacts__name" }, serviceName(id)),
    press(id, "desk"),
    press(id, "phone"),
  );

/**
 * @param {string} id
 * @param {Way} channel
 * @param {Command} [command] whose key does the same
 */
const press = (id, channel, command) =>
  el(
    "button",
    {
      type: "button",
      class: "button button--small contacts__press",
      dataset: { key: `contact-${channel}-${id}` },
      "aria-label": t(`contact.${channel}`, { service: serviceName(id) }),
      title: t(`contact.${channel}`, { service: serviceName(id) }),
      "aria-keyshortcuts": command && keyName(command),
      on: { click: () => countContact(channel, id) },
    },
    icon("edit"),
    channel === "phone" && icon("phone", "contacts__icon"),
    el("span", { class: "contacts__way" }, t(`contact.head.${channel}`)),
    command && hint(keyName(command)),
  );

/** @param {number} n */
const moreButton = (n) =>
  el(
    "button",
    {
      type: "button",
      class: "button button--small button--quiet contacts__more",
      dataset: { key: "contact-more" },
      "aria-label": whole ? t("contact.fewer") : tn("contact.more", n),
      "aria-expanded": String(whole),
      on: {
        click: () => {
          whole = !whole;
          changed();
        },
      },
    },
    icon(whole ? "minus" : "chevron-down"),
  );

/**
 * @param {number} waiting
 * @param {"undo" | undefined} command
 */
function news(waiting, command) {
  const last = counted.at(-1);
  return [
    last && el(
      "div",
      { class: "contacts__done row" },
      el(
        "p",
        { class: "grow snug" },
        [
          t(`contact.done.${last.channel}`, { service: serviceName(last.service) }),
          counted.length > 1 ? ` ${tn("contact.lately", counted.length)}` : "",
        ].join(""),
      ),
      button(t("contact.undo"), {
        key: "contact-undo",
        press: undoContact,
        command,
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
