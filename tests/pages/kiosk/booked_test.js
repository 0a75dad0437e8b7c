// The code in a text that a scanner types, on any keyboard layout.

import assert from "node:assert/strict";
import { openPage } from "../../web/page.js";

openPage("kiosk", { data: { at: 0 } });
const { scanned } = await import("/static/pages/kiosk/booked/scanner.js");

const CODE = "BCDFGH";
const FOUND = [
  CODE,
  "bcdfgh",
  `https://queue.example.dk/booking/raadhuset/${CODE}`,
  `https://queue.example.dk/booking/raadhuset/${CODE}?lang=da`,
  `https://queue.example.dk/booking/raadhuset/${CODE}/`,
  `httpsÆ--queue.example.dk-booking-raadhuset-${CODE}`, // an English scanner, a Danish kiosk
];
const OTHER = ["", "BCDFG", "BCDFGHJ", "ABCDEF", "https://queue.example.dk/booking/raadhuset"];

Deno.test("the code of a scanned address", () => {
  for (const text of FOUND) assert.equal(scanned(text), CODE, text);
  for (const text of OTHER) assert.equal(scanned(text), "", text);
});
