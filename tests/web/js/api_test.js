// js/api.js: addresses, and the errors of refusals.

import assert from "node:assert/strict";
import { openPage } from "../page.js";

openPage("counter", { lang: "en", as: "staff" });
const { address, ApiError, asApiError, post, problem } = await import("/static/js/api.js");

Deno.test("a path is the branch's, the API's or the page's own", () => {
  const urlOf = (/** @type {string} */ path, query = {}) => address(path, query).href;
  const branch = "http://queue.test/api/v1/branches/hall";
  assert.equal(urlOf("/visits"), `${branch}/visits?as=staff`);
  assert.equal(urlOf("/api/v1/branches"), "http://queue.test/api/v1/branches?as=staff");
  assert.equal(urlOf("http://queue.test/kiosk/hall"), "http://queue.test/kiosk/hall?as=staff");
  const query = { number: "A 1", state: null, other: undefined };
  assert.equal(urlOf("/visits", query), `${branch}/visits?number=A+1&as=staff`);
});

Deno.test("a refusal is known by its code, or by the status of a proxy", () => {
  const refused = (/** @type {number} */ status, headers = {}) =>
    new Response(null, { status, headers });
  assert.equal(problem(refused(409), { code: "wrong_state" }).code, "wrong_state");
  assert.equal(problem(refused(502), null).code, "store_unavailable");
  assert.equal(problem(refused(500), null).code, "unknown");
  assert.equal(problem(refused(429, { "Retry-After": "15" }), null).retryAfter, 15);
  assert.equal(problem(refused(429), null).retryAfter, null);
});

Deno.test("a request is lost if its effect is unknown", () => {
  const lost = (/** @type {string} */ code, /** @type {number} */ status) =>
    new ApiError({ code, status }).isLost;
  assert.ok(lost("network", 0));
  assert.ok(lost("store_unavailable", 503));
  assert.ok(lost("unknown", 500));
  assert.ok(!lost("branch_closed", 409));
  assert.ok(!lost("rate_limited", 429));
});

Deno.test("an error has a sentence for the reader of the page", () => {
  const error = new ApiError({ code: "network", status: 0 });
  assert.equal(error.sentence, "No connection. Try again in a moment.");
  assert.equal(asApiError(error), error);
  assert.equal(asApiError(new TypeError("x")).sentence, "It did not work. Try again.");
});

Deno.test("one press has one key, and says where it comes from", async () => {
  /** @type {RequestInit[]} */
  const sent = [];
  globalThis.fetch = (_, init = {}) => {
    sent.push(init);
    return Promise.resolve(new Response(null, { status: 204 }));
  };
  assert.equal(await post("/visits"), null);
  await post("/visits", {}, { key: "k" });
  const [first, second] = sent.map(({ headers }) => new Headers(headers));
  assert.match(first.get("Idempotency-Key") ?? "", /^[0-9a-f]{32}$/);
  assert.equal(second.get("Idempotency-Key"), "k");
  assert.equal(first.get("X-CSRF-Token"), "secret");
});

Deno.test("a refused request is not tried again", async () => {
  let tries = 0;
  globalThis.fetch = () => {
    tries += 1;
    return Promise.resolve(Response.json({ code: "wrong_state" }, { status: 409 }));
  };
  await assert.rejects(post("/visits"), { code: "wrong_state", status: 409 });
  assert.equal(tries, 1);
});
