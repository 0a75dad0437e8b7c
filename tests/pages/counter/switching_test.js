// The sentence about a refused PIN, and about a passkey that was not used.

import assert from "node:assert/strict";
import { openPage } from "../../web/page.js";

openPage("counter", { data: { branch: {}, outcomes: [] } });
const { ApiError } = await import("/static/js/api.js");
const { problemWords } = await import("/static/pages/counter/switching.js");
const { problemOf } = await import("/static/js/passkeys.js");

Deno.test("a wrong PIN names the tries that are left", () => {
  const wrong = new ApiError({ code: "forbidden", status: 403, problem: { left: 3 } });
  assert.match(problemWords(wrong), /Pinkoden er forkert.*: 3\.$/);
});

Deno.test("another failure has its own sentence", () => {
  const lost = new ApiError({ code: "network", status: 0 });
  assert.equal(problemWords(lost), lost.sentence);
});

Deno.test("a device with a passkey of the login is named, all else is a try", () => {
  assert.equal(problemOf(new DOMException("", "InvalidStateError")), "[data-known]");
  assert.equal(problemOf(new DOMException("", "NotAllowedError")), "[data-failed]");
  assert.equal(problemOf(new Error("500")), "[data-failed]");
});
