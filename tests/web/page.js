// A page for tests of scripts, without a browser: its language, its texts and what the server left
// for it. Elements are there and do nothing; tests that need real ones use a browser.

/**
 * What tests/test_scripts.py hands over: the texts of each page, and what Python does likewise.
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
