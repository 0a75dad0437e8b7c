// Forms that are sent with a passkey: the browser makes one, or answers with one, and the answer is a
// field of the form.

import { $, $input, findAll, page, pageData } from "./page.js";

/** Whether the browser has passkeys, and their options and answers as JSON. */
const able = () =>
  "PublicKeyCredential" in globalThis &&
  "parseRequestOptionsFromJSON" in PublicKeyCredential &&
  isSecureContext;

/**
 * The options of a form: those in the page, or a new question of the server.
 * @param {string | undefined} address
 */
export async function optionsFrom(address) {
  if (!address) return JSON.parse(pageData().options);
  const headers = { "X-CSRF-Token": page.csrf, "Accept": "application/json" };
  const response = await fetch(address, { method: "POST", headers, cache: "no-store" });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

/**
 * Let the browser make a passkey, or answer with one; the answer as JSON.
 * @param {string | undefined} ceremony "make" or "answer"
 * @param {any} options
 */
export async function answerTo(ceremony, options) {
  const credential = ceremony === "make"
    ? await navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
    })
    : await navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
    });
  return JSON.stringify(credential);
}

/**
 * The hidden sentence of a form about a failure: a device that has one already makes no second.
 * @param {unknown} error
 */
export const problemOf = (error) =>
  error instanceof DOMException && error.name === "InvalidStateError"
    ? "[data-known]"
    : "[data-failed]";

/**
 * @param {HTMLFormElement} form
 */
async function send(form) {
  const { passkey, question } = form.dataset;
  const button = /** @type {HTMLButtonElement} */ ($("button", form));
  for (const sentence of ["[data-known]", "[data-failed]"]) $(sentence, form).hidden = true;
  button.disabled = true;
  try {
    const answer = await answerTo(passkey, await optionsFrom(question));
    $input("[data-answer]", form).value = answer;
    form.submit();
  } catch (error) {
    button.disabled = false;
    $(problemOf(error), form).hidden = false;
  }
}

for (const one of findAll("form[data-passkey]")) {
  const form = /** @type {HTMLFormElement} */ (one);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
  const elsewhere = location.origin !== form.dataset.origin;
  form.hidden = elsewhere;
  /** @type {HTMLElement} */ (form.nextElementSibling).hidden = !elsewhere;
  const button = /** @type {HTMLButtonElement} */ ($("button", form));
  button.disabled = !able();
  if ("first" in form.dataset) button.focus();
  $("[data-unable]", form).hidden = able();
}
