// Another person at the same counter: chosen by name, proved by a PIN or a passkey. The counter and
// the visit there go on as they are.

import { asApiError, get, post } from "/static/js/api.js";
import { el, find, icon, page } from "/static/js/page.js";
import { answerTo, optionsFrom } from "/static/js/passkeys.js";
import { t } from "/static/js/texts.js";
import { ask, dismiss } from "./dialogs/ask.js";
import { showRefusal } from "./commands/commands.js";

/** @import { ApiError } from "/static/js/api.js" */
/** @import { Option } from "./dialogs/ask.js" */
/** @typedef {{ name: string, by_pin: boolean }} Person */
/** @typedef {Person | "passkey" | "password" | "own"} Choice */

const path = () => `${location.origin}/login/switch/${encodeURIComponent(page.branch)}`;

/** The page to come back to: this counter. */
const here = () => `${location.pathname}${location.search}`;

/** Ask who works here now, and let them prove it. */
export async function switchStaff() {
  /** @type {{ people: Person[], passkeys: boolean }} */
  let known;
  try {
    known = await get(path());
  } catch (error) {
    showRefusal(asApiError(error).sentence);
    return;
  }
  /** @type {Choice | null} */
  const choice = await ask({
    title: t("switch.title"),
    lead: t(known.people.length ? "switch.note" : "switch.nobody"),
    groups: [
      { options: known.people.map(personOption) },
      { options: [...(known.passkeys ? [byPasskey()] : []), byPassword(), own()] },
    ],
  });
  if (choice === "passkey") await logInByPasskey();
  else if (choice === "password") location.assign(loginPage());
  else if (choice === "own") location.assign(`/login/pin?${new URLSearchParams({ next: here() })}`);
  else if (choice?.by_pin) await askPin(choice.name);
  else if (choice) location.assign(loginPage(choice.name));
}

/**
 * @param {Person} person
 * @returns {Option<Choice>}
 */
const personOption = (person) => ({
  label: person.name,
  note: person.by_pin ? null : t("switch.password_needed"),
  icon: "person",
  value: person,
});

/** @returns {Option<Choice>} */
const byPasskey = () => ({ label: t("switch.passkey"), icon: "key", value: "passkey" });

/** @returns {Option<Choice>} */
const byPassword = () => ({ label: t("switch.password"), icon: "log-in", value: "password" });

/** @returns {Option<Choice>} */
const own = () => ({ label: t("switch.own"), icon: "settings", value: "own" });

/** @param {string} name */
const loginPage = (name = "") => `/login?${new URLSearchParams({ next: here(), name })}`;

/** @param {string} name */
async function askPin(name) {
  const problem = el("p", { class: "field__error", role: "alert", id: "switch-problem" });
  const field = el("input", {
    class: "input number",
    id: "switch-pin",
    type: "password",
    inputmode: "numeric",
    maxlength: 8,
    required: true,
    autocomplete: "off",
    "aria-describedby": "switch-problem",
  });
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const refusal = await tryPin(name, field.value);
    if (refusal === null) return dismiss(true);
    if (refusal.problem.left === 0) return location.assign(loginPage(name));
    problem.textContent = problemWords(refusal);
    field.value = "";
    field.focus();
  };
  const form = el(
    "form",
    { class: "stack", on: { submit } },
    el("div", { class: "field" }, el("label", { for: "switch-pin" }, t("switch.pin")), field),
    problem,
    el(
      "button",
      { class: "button button--primary button--large" },
      icon("swap"),
      t("switch.go", { name }),
    ),
  );
  const answered = ask({ title: t("switch.pin.title", { name }), before: form, groups: [] });
  field.focus();
  if (await answered) location.reload();
}

/**
 * Switch; null if it is done, else the refusal. A PIN is sent once: each try counts.
 * @param {string} name
 * @param {string} pin
 */
async function tryPin(name, pin) {
  try {
    await post(path(), { name, pin }, { retry: false });
    return null;
  } catch (error) {
    return asApiError(error);
  }
}

/**
 * The sentence about a refused PIN, or about a failure.
 * @param {ApiError} refusal
 */
export function problemWords(refusal) {
  const { left } = refusal.problem;
  return typeof left === "number" ? t("switch.wrong", { n: left }) : refusal.sentence;
}

/** Log in with a passkey; the page comes back with the new login. */
async function logInByPasskey() {
  try {
    const answer = await answerTo("answer", await optionsFrom("/login/passkey/question"));
    const fields = Object.entries({ answer, next: here() }).map(([name, value]) =>
      el("input", { type: "hidden", name, value })
    );
    const form = el("form", { method: "post", action: "/login/passkey", hidden: true }, ...fields);
    document.body.append(form);
    form.submit();
  } catch {
    const sentence = t("switch.passkey.failed");
    await ask({ title: sentence, groups: [], leave: t("close") });
  }
}

/** Let the button in the top bar open it; a program's token has none. */
export const beginSwitching = () => find("#switch")?.addEventListener("click", switchStaff);
