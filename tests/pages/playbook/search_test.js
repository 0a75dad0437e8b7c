// A search in the browser finds what a search on the server does.

import assert from "node:assert/strict";
import cases from "../../playbook/searches.json" with { type: "json" };
import { matches } from "/static/pages/playbook/search.js";

for (const { text, search, found } of cases) {
  Deno.test(`${search} in ${text}`, () => assert.equal(matches(text, search), found));
}
