// The connection between the two browsers, closed by a page while it is still being made.

import assert from "node:assert/strict";
import { openPage } from "../../web/page.js";

openPage("counter");
let connections = 0;
/** @type {Partial<StoredSignal>[]} */
let messages = [];
/** @type {string[]} */
const sent = [];
Object.assign(globalThis, {
  MediaStream: class {},
  RTCPeerConnection: class {
    constructor() {
      connections += 1;
    }
  },
  /** @type {typeof fetch} */
  fetch: (_address, init) => {
    if (init?.method === "POST") sent.push(JSON.parse(String(init.body)).type);
    const answer = init?.method === "POST" ? { id: "2-0" } : { messages };
    return Promise.resolve(new Response(JSON.stringify(answer)));
  },
});
const { PeerConnection } = await import("/static/pages/video/peer.js");
const { fromOnePage } = await import("/static/pages/video/signals.js");

/** @import { StoredSignal } from "/static/js/types.d.ts" */

/**
 * Messages by who sent what: "a:hello".
 * @param {string[]} said
 */
const heard = (...said) =>
  fromOnePage(said.map((text, n) => {
    const [sender, type] = text.split(":");
    return /** @type {StoredSignal} */ ({ id: `${n}-0`, sender, type });
  })).map(({ sender, type }) => `${sender}:${type}`);

Deno.test("messages from before the newest page are left out, and none of its own", () => {
  assert.deepEqual(heard("a:hello", "a:offer", "b:hello", "b:offer"), ["b:hello", "b:offer"]);
  assert.deepEqual(heard("a:offer", "a:candidates"), ["a:offer", "a:candidates"]);
  assert.deepEqual(heard(), []);
  // The page that was there before has not heard yet that another is in its place.
  const both = ["b:hello", "b:offer", "a:offer"];
  assert.deepEqual(heard(...both), both);
});

Deno.test("a closed connection makes no offer and sends nothing more", async () => {
  messages = [{ id: "1-0", type: "hello", sender: "the-other-page" }];
  const asked = Promise.withResolvers();
  const servers = Promise.withResolvers();
  /** @type {string[]} */
  const states = [];
  const peer = new PeerConnection({
    path: "/counters/1/video",
    party: "screen",
    servers: () => {
      asked.resolve(null);
      return servers.promise;
    },
    onState: (state) => states.push(state),
    onNote: () => {},
  });
  const started = peer.start(null);
  await asked.promise;
  peer.close();
  servers.resolve([]);
  await started;
  assert.deepEqual([connections, sent, states], [0, ["hello"], []]);
});

Deno.test("only whom the screen greets after this page has taken it over", async () => {
  /** @type {string[]} */
  const states = [];
  const peer = new PeerConnection({
    path: "/counters/1/video",
    party: "clerk",
    servers: () => Promise.resolve([]),
    onState: (state) => states.push(state),
    onNote: () => {},
  });
  const screen = { sender: "the-screen", to: "another-page" };
  // Our hello was 2-0. Before it, the screen had greeted the page that was here before.
  messages = [
    { ...screen, id: "1-0", type: "hello" },
    { ...screen, id: "3-0", type: "answer", sdp: "v=0" },
    { ...screen, id: "3-1", type: "candidates" },
  ];
  await peer.start(null);
  assert.deepEqual(states, []);
  messages = [{ ...screen, id: "4-0", type: "hello" }];
  await peer.read();
  assert.deepEqual(states, ["taken"]);
});
