// Small things every page's script needs: the page's own data, building elements, speaking up.

/**
 * The data that the server wrote on <body>.
 * @type {{ branch: string, as: string, csrf: string, lang: string, zone?: string }}
 */
export const page = /** @type {any} */ (document.body.dataset);

/**
 * The first element that matches, or null.
 * @param {string} selector
 * @param {ParentNode} root
 * @returns {HTMLElement | null}
 */
export const find = (selector, root = document) => root.querySelector(selector);

/**
 * The first element that matches; the template has it.
 * @param {string} selector
 * @param {ParentNode} root
 */
export function $(selector, root = document) {
  const found = find(selector, root);
  if (found === null) throw new Error(`the page has no ${selector}`);
  return found;
}

/**
 * Every element that matches.
 * @param {string} selector
 * @param {ParentNode} root
 */
export const findAll = (
  selector,
  root = document,
) => [.../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(selector))];

/**
 * The same as $ of an input.
 * @param {string} selector
 * @param {ParentNode} root
 */
export const $input = (
  selector,
  root = document,
) => /** @type {HTMLInputElement} */ ($(selector, root));

/**
 * The same as $ of a dialog.
 * @param {string} selector
 */
export const $dialog = (selector) => /** @type {HTMLDialogElement} */ ($(selector));

/**
 * Show an element, or hide it.
 * @param {string} selector
 * @param {boolean} on
 */
export function show(selector, on) {
  $(selector).hidden = !on;
}

/**
 * Write a text into an element, unless it is there already.
 * @param {HTMLElement} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** The data for the script in the template's page_data, or null. */
export function pageData() {
  const block = document.getElementById("data");
  return block && JSON.parse(block.textContent);
}

/** @typedef {Node | string | null | undefined | false | 0} Child left out if it is none or false */
/** @typedef {string | number | boolean | null | undefined} Attribute */
/** @typedef {Record<string, string | null | undefined>} DataAttributes */
/** @typedef {{ [event: string]: (event: any) => void }} Listeners */
/** @typedef {{ on?: Listeners, dataset?: DataAttributes, [name: string]: any }} Attributes */

/**
 * Build an element. Attributes: `class`, `on` ({click: fn}), `dataset`, properties of the element
 * and anything else as an attribute; null and false leave an attribute out. Children: nodes,
 * strings, arrays of them; null and false are left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} attributes
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) {
        element.addEventListener(event, listener);
      }
    } else if (name === "dataset") {
      Object.assign(element.dataset, value);
    } else {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...shown(children.flat()));
  return element;
}

/**
 * The children that are not left out.
 * @param {Child[]} children
 */
export const shown = (children) =>
  children.filter((child) => typeof child === "string" || child instanceof Node);

const SVG = "http://www.w3.org/2000/svg";

/**
 * An icon of web/templates/icons.html, for decoration: a screen reader does not see it.
 * @param {string} name
 * @param {string} extra classes
 */
export function icon(name, extra = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${extra}`.trim());
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/**
 * Let a screen reader say this, also when it says the same twice in a row.
 * @param {string} text
 */
export function announce(text) {
  const region = $("#announce");
  region.textContent = "";
  requestAnimationFrame(() => {
    region.textContent = text;
  });
}

/** A fresh idempotency key: one for each press of a button. */
export function newKey() {
  // crypto.randomUUID is missing where the page came over plain http from another machine.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Resolves after so many milliseconds.
 * @param {number} milliseconds
 * @returns {Promise<void>}
 */
export const pause = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/**
 * The value that the browser keeps under a name; null without one, or if storage is refused.
 * @param {string} name
 */
export function stored(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}

/**
 * Have the browser keep a value under a name; null forgets it. A browser that refuses storage keeps
 * nothing.
 * @param {string} name
 * @param {unknown} value
 */
export function store(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Without storage a page works, and has forgotten it after a reload.
  }
}

/**
 * Reload the page if possible, so that an update of the service reaches a screen that is never
 * closed. A reload without a connection would leave the browser's own error page, which does not
 * recover.
 * @param {() => boolean} isFree whether the page is not in use just then
 */
export async function reloadIfReachable(isFree = () => true) {
  const response = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (response?.ok && isFree()) location.reload();
}
