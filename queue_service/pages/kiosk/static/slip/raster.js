// A slip as a picture of dots for the kiosk's own printer: drawn here, where every script is shaped.

import { asApiError, post } from "/static/js/api.js";
import { $, newKey } from "/static/js/page.js";
import { setup } from "../setup.js";

/** @import { PrinterAnswer } from "/static/js/types.d.ts" */

/** @type {Record<string, number>} */
const DOTS = { 58: 384, 80: 576 }; // in a row, by the width of the paper in mm
const DARK = 128; // a dot is printed from so dark on, of 255
const TIMEOUT_MORE_MS = 8000; // longer than the server talks to a printer
const BUSY_MS = 2000;
const BUSY_TIMES = 8;

/**
 * Print a slip on the kiosk's printer. A request whose answer is lost is repeated with its key, so
 * that it prints once.
 * @param {HTMLElement} slip
 * @param {string} paper how wide the roll is, in mm
 * @returns {Promise<PrinterAnswer>}
 * @throws {import("/static/js/api.js").ApiError}
 */
export async function printRaster(slip, paper) {
  slip.classList.add("paper--raster");
  $("#print").replaceChildren(slip);
  await document.fonts.ready;
  const width = DOTS[paper];
  const picture = await packed(dotsOf(slip, width));
  return send({ width, picture }, newKey(), BUSY_TIMES);
}

/**
 * @param {{ width: number, picture: string }} body
 * @param {string} key
 * @param {number} times how often it waits for a printer that is busy
 * @returns {Promise<PrinterAnswer>}
 */
async function send(body, key, times) {
  const timeout = 1000 * (setup().printer?.seconds ?? 0) + TIMEOUT_MORE_MS;
  try {
    return await post("/printer/slips", body, { key, timeout });
  } catch (error) {
    if (asApiError(error).code !== "rate_limited" || times === 0) throw error;
    await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
    return send(body, key, times - 1);
  }
}

/**
 * The dots of a slip that is laid out: rows of whole bytes, 1 is black.
 * @param {HTMLElement} slip
 * @param {number} width in dots
 */
export function dotsOf(slip, width) {
  const box = slip.getBoundingClientRect();
  const scale = width / box.width;
  const height = Math.ceil(box.height * scale);
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("This browser draws no pictures.");
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.fillStyle = "black";
  context.setTransform(scale, 0, 0, scale, -box.left * scale, -box.top * scale);
  for (const part of [slip, ...slip.querySelectorAll("*")]) drawLines(context, part);
  for (const text of textsIn(slip)) drawText(context, text);
  for (const svg of slip.querySelectorAll("svg")) drawCode(context, svg, scale);
  return bitsOf(context.getImageData(0, 0, width, height).data);
}

/** @param {Uint8ClampedArray} pixels black and white, so that the red says how dark each is */
function bitsOf(pixels) {
  const bits = new Uint8Array(pixels.length / 32);
  for (let dot = 0; dot < pixels.length / 4; dot += 1) {
    if (pixels[dot * 4] < DARK) bits[dot >> 3] |= 0x80 >> (dot & 7);
  }
  return bits;
}

/**
 * The lines above and below a part, and the point of an item of a list.
 * @param {CanvasRenderingContext2D} context
 * @param {Element} part
 */
function drawLines(context, part) {
  const style = getComputedStyle(part);
  const { left, right, top, bottom } = part.getBoundingClientRect();
  for (const side of /** @type {const} */ (["Top", "Bottom"])) {
    const width = parseFloat(style[`border${side}Width`]);
    if (!width) continue;
    const y = side === "Top" ? top + width / 2 : bottom - width / 2;
    context.lineWidth = width;
    context.setLineDash(style[`border${side}Style`] === "dashed" ? [3 * width, 2 * width] : []);
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(right, y);
    context.stroke();
  }
  if (style.display !== "list-item") return;
  const size = parseFloat(style.fontSize);
  const x = style.direction === "rtl" ? right + 0.6 * size : left - 0.6 * size;
  context.beginPath();
  context.arc(x, top + 0.6 * size, 0.16 * size, 0, 2 * Math.PI);
  context.fill();
}

/**
 * @param {HTMLElement} slip
 * @returns {Generator<Text>}
 */
function* textsIn(slip) {
  const walker = document.createTreeWalker(slip, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) yield /** @type {Text} */ (walker.currentNode);
}

/**
 * The lines of a text where the page has them.
 * @param {CanvasRenderingContext2D} context
 * @param {Text} text
 */
function drawText(context, text) {
  const parent = text.parentElement;
  if (parent === null) return;
  const style = getComputedStyle(parent);
  const end = style.overflow === "hidden" ? parent.getBoundingClientRect().bottom : Infinity;
  context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  context.direction = style.direction === "rtl" ? "rtl" : "ltr";
  context.textAlign = "center";
  for (const { words, left, right, top, bottom } of linesOf(text)) {
    if (bottom > end + 1) continue;
    const rise = context.measureText(words).fontBoundingBoxAscent;
    context.fillText(words, (left + right) / 2, top + rise);
  }
}

/** @typedef {{ words: string, left: number, right: number, top: number, bottom: number }} Line */

/**
 * Where the lines of a text are.
 * @param {Text} text
 */
function linesOf(text) {
  /** @type {Line[]} */
  const lines = [];
  const range = document.createRange();
  let index = 0;
  for (const letter of text.data) {
    range.setStart(text, index);
    range.setEnd(text, index += letter.length);
    const { left, right, top, bottom, width } = range.getBoundingClientRect();
    const last = lines.at(-1);
    if (width === 0) { // a mark on the letter before, or the space at which the line ends
      if (last && letter.trim()) last.words += letter;
    } else if (last && Math.abs(last.top - top) < 1) {
      last.words += letter;
      last.left = Math.min(last.left, left);
      last.right = Math.max(last.right, right);
    } else lines.push({ words: letter, left, right, top, bottom });
  }
  return lines;
}

/**
 * The squares of a QR code, each of whole dots.
 * @param {CanvasRenderingContext2D} context
 * @param {SVGSVGElement} svg
 * @param {number} scale dots in a pixel of the page
 */
function drawCode(context, svg, scale) {
  const path = svg.querySelector("path")?.getAttribute("d");
  const { left, top, width } = svg.getBoundingClientRect();
  const size = svg.viewBox.baseVal.width;
  if (!path || !size) return;
  const square = Math.max(1, Math.floor((width * scale) / size));
  const { e, f } = context.getTransform();
  const margin = (width * scale - square * size) / 2;
  context.save();
  const x = Math.round(left * scale + e + margin), y = Math.round(top * scale + f + margin);
  context.setTransform(square, 0, 0, square, x, y);
  context.fill(new Path2D(path));
  context.restore();
}

/**
 * Bytes, compressed, as base64.
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
async function packed(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  const small = new Uint8Array(await new Response(stream).arrayBuffer());
  return btoa(Array.from(small, (byte) => String.fromCharCode(byte)).join(""));
}
