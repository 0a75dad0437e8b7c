// js/live.js: the frames of an event stream, however they arrive.

import assert from "node:assert/strict";
import { openPage } from "../page.js";

openPage("kiosk");
const { frames, Live } = await import("/static/js/live.js");

/** @param {...(string | Uint8Array<ArrayBuffer>)} chunks */
async function read(...chunks) {
  const encoder = new TextEncoder();
  let signs = 0;
  const found = [];
  const bytes = chunks.map((part) => (typeof part === "string" ? encoder.encode(part) : part));
  for await (const frame of frames(ReadableStream.from(bytes), () => signs += 1)) found.push(frame);
  return { found, signs };
}

Deno.test("a frame is read whole, in whatever pieces it comes", async () => {
  const text = 'id: 7-0\nevent: visit.called\ndata: {"number":"A012"}\n\n';
  const frame = { id: "7-0", name: "visit.called", data: '{"number":"A012"}' };
  assert.deepEqual(await read(text), { found: [frame], signs: 1 });
  const pieces = text.split(/(?=[\n:])/);
  assert.deepEqual(await read(...pieces), { found: [frame], signs: pieces.length });
});

Deno.test("a letter is whole though its bytes come apart", async () => {
  const bytes = new TextEncoder().encode("data: Pås\n\n");
  const cut = bytes.indexOf(0xc3) + 1;
  const { found } = await read(bytes.slice(0, cut), bytes.slice(cut));
  assert.equal(found[0]?.data, "Pås");
});

Deno.test("a comment, and what has no data, is a sign of life alone", async () => {
  assert.deepEqual((await read(": still here\n\nretry: 1000\n\n")).found, [null, null]);
});

Deno.test("an unfinished part at the end is no frame", async () => {
  assert.deepEqual((await read("data: 1\n\ndata: 2\n")).found.map((one) => one?.data), ["1"]);
});

Deno.test("lines may end as on Windows, and data may have several", async () => {
  const { found } = await read("event:x\r\ndata: a\r\ndata:  b: c\r\n\r\n");
  assert.deepEqual(found, [{ id: "", name: "x", data: "a\n b: c" }]);
});

Deno.test("a state that comes late replaces none that was asked for later", async () => {
  /** @type {((answer: Response) => void)[]} */
  const answers = [];
  globalThis.fetch = () => new Promise((resolve) => answers.push(resolve));
  const live = new Live();
  /** @type {string[]} */
  const shown = [];
  live.onState(({ event_id }) => shown.push(event_id));
  const asked = [live.refresh(), live.refresh()];
  for (const nth of [1, 0]) {
    answers[nth]?.(Response.json({ event_id: `${nth}-0` }));
    assert.equal(await asked[nth], true);
  }
  assert.deepEqual(shown, ["1-0"]);
});
