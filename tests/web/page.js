// A page for tests of scripts, without a browser: its language, its texts and what the server left
// for it. Elements are there and do nothing, or with makeElements() keep their text; tests that need
// real ones use a browser.

/**
 * The data of tests/test_scripts.py: the texts of each page, and results of the same rules in Python.
 * @type {{
 *   languages: Record<string, import("/static/js/types.d.ts").LanguageFacts>,
 *   texts: Record<string, import("/static/js/types.d.ts").Texts>,
 *   exact_up_to: number,
 *   shown_minutes: { low: number, high: number, first: number, last: number }[],
 * }}
 */
export const testData = JSON.parse(Deno.readTextFileSync(Deno.env.get("SCRIPT_TESTS_DATA") ?? ""));

/**
 * Be this page from now on. Import its scripts after that.
 * @param {string} name whose texts it has
 * @param {{ data?: unknown, lang?: string, as?: string, languages?: object }} more
 */
export function openPage(
  name,
  { data = null, lang = "da", as = "staff", languages = testData.languages } = {},
) {
  const element = { dataset: {}, addEventListener() {}, toggleAttribute() {}, setAttribute() {} };
  /** @type {Record<string, unknown>} */
  const blocks = { languages, texts: testData.texts[name], data };
  const dataset = { lang, as, branch: "hall", csrf: "secret", zone: "Europe/Copenhagen" };
  Object.assign(globalThis, {
    document: {
      body: { dataset },
      documentElement: element,
      querySelector: () => element,
      querySelectorAll: () => [],
      getElementById: (/** @type {string} */ id) =>
        blocks[id] ? { textContent: JSON.stringify(blocks[id]) } : null,
    },
    location: new URL("http://queue.test/"),
    Node: class {},
    HTMLElement: class {},
  });
}

/**
 * Let scripts build elements, which keep what is put into them, and find one for each selector.
 * @returns {(selector: string) => any} that element; its `text` is its text
 */
export function makeElements() {
  class Made extends /** @type {any} */ (Node) {
    /** @type {(string | Made)[]} */
    parts = [];
    dataset = {};
    style = { setProperty() {} };
    hidden = false;
    get text() {
      return this.parts.map((/** @type {any} */ part) => part.text ?? part).join("");
    }
    set textContent(/** @type {string} */ text) {
      this.parts = [text];
    }
    append(/** @type {any[]} */ ...parts) {
      this.parts.push(...parts);
    }
    replaceChildren(/** @type {any[]} */ ...parts) {
      this.parts = parts;
    }
    contains() {
      return false;
    }
    setAttribute() {}
    addEventListener() {}
  }
  /** @type {Record<string, Made>} */
  const found = {};
  const find = (/** @type {string} */ selector) => found[selector] ??= new Made();
  const make = () => new Made();
  Object.assign(document, { createElement: make, createElementNS: make, querySelector: find });
  return find;
}
