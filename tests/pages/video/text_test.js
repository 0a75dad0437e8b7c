// Text that both ends see while it is written: changes, repetition after a loss, spoken parts.

import assert from "node:assert/strict";
import { editBetween, edited, excess, MOST, Speech, Texts } from "/static/pages/video/text.js";

/** @type {[string, string, string, { at: number, cut: number, put: string } | null][]} */
const EDITS = [
  ["a letter at the end", "Pa", "Pas", { at: 2, cut: 0, put: "s" }],
  ["a letter in the middle", "Ps", "Pas", { at: 1, cut: 0, put: "a" }],
  ["backspace", "Pass", "Pas", { at: 3, cut: 1, put: "" }],
  ["a word replaced", "to pas nu", "et pas nu", { at: 0, cut: 2, put: "et" }],
  ["all deleted", "Pas", "", { at: 0, cut: 3, put: "" }],
  ["one of three equal letters", "aaa", "aa", { at: 2, cut: 1, put: "" }],
  ["a line", "Hej", "Hej\n", { at: 3, cut: 0, put: "\n" }],
  ["half of a pair of code units", "😀", "😁", { at: 1, cut: 1, put: "\ude01" }],
  ["nothing", "Pas", "Pas", null],
];

for (const [name, before, after, edit] of EDITS) {
  Deno.test(`an edit: ${name}`, () => {
    assert.deepEqual(editBetween(before, after), edit);
    const travelled = edit && JSON.parse(JSON.stringify(edit));
    assert.equal(travelled ? edited(before, travelled) : before, after);
  });
}

Deno.test("the longest text stays, and of a longer one the end", () => {
  assert.equal(excess("x".repeat(MOST)), 0);
  assert.equal(excess("x".repeat(MOST + 1)), 1001);
});

/**
 * A text that one end writes and the other takes.
 * @param {Texts} from
 * @param {Texts} to
 * @param {string} text
 */
function write(from, to, text) {
  const note = from.write(text);
  return note !== null && to.take(note);
}

Deno.test("each letter and each correction reaches the other end", () => {
  const [citizen, clerk] = [new Texts(), new Texts()];
  for (const text of ["P", "Ps", "P", "Pa", "Pas"]) {
    assert.ok(write(citizen, clerk, text));
    assert.equal(clerk.theirs, text);
  }
  assert.equal(citizen.write("Pas"), null);
  assert.ok(write(clerk, citizen, "Hvornår?"));
  assert.deepEqual([citizen.mine, citizen.theirs], ["Pas", "Hvornår?"]);
});

Deno.test("the whole text is sent again after a loss, and changes nothing twice", () => {
  const [citizen, clerk] = [new Texts(), new Texts()];
  assert.equal(citizen.whole(), null); // nothing is written yet
  write(citizen, clerk, "Jeg");
  citizen.write("Jeg skal");
  citizen.write("Jeg skal have et pas"); // while there is no connection
  const again = /** @type {any} */ (citizen.whole());
  assert.ok(clerk.take(again));
  assert.equal(clerk.theirs, "Jeg skal have et pas");
  assert.ok(!clerk.take(again));
});

Deno.test("a text that was deleted during a loss is deleted at the other end", () => {
  const [citizen, clerk] = [new Texts(), new Texts()];
  write(citizen, clerk, "1234");
  citizen.write("");
  clerk.take(/** @type {any} */ (citizen.whole()));
  assert.equal(clerk.theirs, "");
});

Deno.test("a page that was loaded again gets both texts back from the other", () => {
  const [citizen, clerk] = [new Texts(), new Texts()];
  write(citizen, clerk, "Pas");
  write(clerk, citizen, "Ja");
  const loaded = new Texts();
  assert.equal(loaded.whole(), null); // so that it takes nothing away
  loaded.take(/** @type {any} */ (citizen.whole()));
  assert.deepEqual([loaded.mine, loaded.theirs], ["Ja", "Pas"]);
  write(loaded, citizen, "Ja.");
  assert.equal(citizen.theirs, "Ja.");
});

Deno.test("a text that is begun before the old one is back is a new one", () => {
  const [citizen, clerk] = [new Texts(), new Texts()];
  write(clerk, citizen, "Ja");
  const loaded = new Texts();
  assert.ok(write(loaded, citizen, "N"));
  assert.equal(citizen.theirs, "N");
  loaded.take({ type: "text.whole", mine: "Pas", theirs: "Ja" });
  assert.deepEqual([loaded.mine, loaded.theirs], ["N", "Pas"]);
  assert.equal(clerk.mine, "Ja");
});

Deno.test("after the conversation there is nothing left to send", () => {
  const [citizen, clerk] = [new Texts(), new Texts()];
  write(citizen, clerk, "Pas");
  for (const one of [citizen, clerk]) {
    one.clear();
    assert.deepEqual([one.mine, one.theirs, one.whole()], ["", "", null]);
  }
});

Deno.test("a note of another kind or shape changes nothing", () => {
  const texts = new Texts();
  texts.take({ type: "text.whole", mine: "Pas", theirs: "" });
  assert.ok(!texts.take({ type: "text", at: -1, cut: 0, put: "x" }));
  assert.ok(!texts.take({ type: "text", at: 0, cut: 0, put: 7 }));
  assert.ok(!texts.take({ type: "point", on: "window" }));
  assert.equal(texts.theirs, "Pas");
  texts.take({ type: "text", at: 3, cut: 0, put: "x".repeat(MOST) });
  assert.equal(texts.theirs.length, MOST);
});

Deno.test("whole sentences are spoken while they are written, each once", () => {
  const speech = new Speech();
  /** @type {string[]} */
  const spoken = [];
  const text = "Jeg har 3.5 timer. Kan jeg få et pas? ";
  for (let n = 1; n <= text.length; n += 1) {
    const said = speech.sentences(text.slice(0, n));
    if (said) spoken.push(said);
  }
  assert.deepEqual(spoken, ["Jeg har 3.5 timer.", "Kan jeg få et pas?"]);
  assert.equal(speech.sentences(`${text}Tak\n`), "Tak");
});

Deno.test("whole words are spoken to one who rests, and again if they go on or are corrected", () => {
  const speech = new Speech();
  assert.equal(speech.rest("Jeg skal ha"), "Jeg skal ha");
  assert.equal(speech.rest("Jeg skal ha"), "");
  assert.equal(speech.sentences("Jeg skal have. "), "have.");
  assert.equal(speech.rest("Jeg skal have. Tak"), "Tak");
  assert.equal(speech.rest("Jeg skal have. Ta"), "Ta");
  assert.equal(speech.rest("Jeg skal have. Ta det"), "det");
  assert.equal(speech.rest(""), "");
});
