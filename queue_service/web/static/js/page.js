// Small things every page's script needs: the page's own data, building elements, speaking up.

/** What the server wrote on <body>: branch, as, csrf, lang. */
export const page = document.body.dataset;

/** The first element that matches, or null. */
export const $ = (selector, root = document) => root.querySelector(selector);

/** What the server left for the script in the template's page_data, or null. */
export function pageData() {
  const block = document.getElementById("data");
  return block && JSON.parse(block.textContent);
}

/**
 * Build an element. Attributes: `class`, `on` ({click: fn}), `dataset`, properties of the element
 * and anything else as an attribute; null and false leave an attribute out. Children: nodes,
 * strings, arrays of them; null and false are left out.
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
  element.append(...children.flat().filter((child) => child !== null && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** An icon of templates/icons.html, for decoration: a screen reader does not see it. */
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

/** Let a screen reader say this, also when it says the same twice in a row. */
export function announce(text) {
  const region = document.getElementById("announce");
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

/** Milliseconds until it resolves. */
export const pause = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
