// What the board calls what it mentions.

import assert from "node:assert/strict";
import { openPage } from "../web/page.js";

openPage("board", { lang: "en" });
const { counterName } = await import("/static/pages/board/wording.js");

/** @import { Board } from "/static/js/types.d.ts" */

Deno.test("a counter is called by its name, in the page's language", () => {
  const board = /** @type {Board} */ (
    /** @type {unknown} */ ({ names: { counters: { c1: "Skranke 1" } } })
  );
  assert.deepEqual(["c1", "c9", null].map((id) => counterName(board, id)), ["Counter 1", "c9", ""]);
});
