// js/ticking.js: texts that change with the time.

import assert from "node:assert/strict";
import { openPage } from "../page.js";

openPage("kiosk");
const { keepText, tick } = await import("/static/js/ticking.js");

Deno.test("a text is kept up to date while its element is on the page", () => {
  const element = /** @type {any} */ ({ textContent: "", isConnected: true });
  let n = 0;
  assert.equal(keepText(element, () => String(n)), element);
  assert.equal(element.textContent, "0");
  n = 1;
  tick();
  assert.equal(element.textContent, "1");
  element.isConnected = false;
  n = 2;
  tick();
  element.isConnected = true;
  tick();
  assert.equal(element.textContent, "1");
});
