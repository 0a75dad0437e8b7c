// A search in the browser finds what a search on the server does, and where.

import assert from "node:assert/strict";
import cases from "../../playbook/searches.json" with { type: "json" };
import { lineWith, matches, pieces } from "/static/pages/playbook/search.js";

for (const { text, search, found } of cases) {
  Deno.test(`${search} in ${text}`, () => assert.equal(matches(text, search), found));
}

/**
 * @param {string} text
 * @param {string} search
 */
const brackets = (text, search) =>
  pieces(text, search).map((piece) => piece.found ? `[${piece.text}]` : piece.text).join("");

for (
  const [text, search, expected] of [
    ["Gebyret betales", "gebyr", "[Gebyr]et betales"],
    ["pas, pas og kørekort", "PAS ekort", "[pas], [pas] og kør[ekort]"],
    ["papas", "pa pas", "[papas]"],
    ["<b>pas</b>", "b>", "<[b>]pas</[b>]"],
    ["cafe\u0301", "caf\u00e9", "[caf\u00e9]"],
    ["Nyt pas", "", "Nyt pas"],
    ["\u0130stanbul", "stan", "\u0130stanbul"], // longer in lower case
  ]
) {
  Deno.test(`${search} is marked in ${text}`, () => {
    assert.equal(brackets(text, search), expected);
  });
}

Deno.test("a line with the word is shown without what Markdown writes with", () => {
  const text = "Nyt pas\n1. Se **passet**\n2. Tag *gebyret*, og giv kvittering";
  assert.equal(lineWith(text, "gebyr"), "Tag gebyret, og giv kvittering");
  assert.equal(lineWith(text, "foto"), "");
});

Deno.test("a long line is cut between words, around what was found", () => {
  const long = `${"ord ".repeat(40)}gebyr${" ord".repeat(40)}`;
  const shown = lineWith(long, "gebyr");
  assert.match(shown, /^… ord .*gebyr.* …$/);
  assert.ok(shown.length <= 95);
  assert.equal(lineWith("x".repeat(200), "xx").length, 92);
});
