// The calls on the wall: in front the current call, next to it the other unanswered ones.

import { $, el, findAll, icon } from "/static/js/page.js";
import { named, t } from "/static/js/texts.js";
import { translatedCounter } from "/static/js/wording.js";
import { emWidth, gridFor, linesIn, NUMBER_WEIGHT, widths } from "./sizes.js";
import { directionOf } from "/static/js/languages.js";
import { both, languages, writtenFor } from "./languages.js";

/** @import { DisplaySetup, Translations } from "/static/js/types.d.ts" */
/** @import { Call, Calls } from "./calls.js" */
/** @import { Name } from "./languages.js" */
/** @typedef {"met" | "missed" | "open" | "now" | "again"} CallState */
/** @typedef {Name & { size: number }} Line `size`: of its letters, relative to those of the counter
 */
/** @typedef {{ key: string, current: boolean, make: () => HTMLElement }} Tile */

const TILES = 5; // calls that were met are shown only while there are fewer than this
const MISSED = 2; // so many missed calls are shown next to any number of others
const LINE = 1.1;
const SECOND = 0.5; // the second language relative to the first
const ENTRANCE = 0.6; // what to do at a door, relative to the counter's name
const GAP = 0.3;
const ARROW = 2 * (1 + GAP); // as much room on the other side, so that the text stays in the middle
const IN_A_ROW = 1 + 2 * GAP; // the arrow between number and counter
/** @type {Record<string, string>} */
const PICTOGRAMS = { knock: "knock", door: "door", fetched: "person" };
const SHAPES = { landscape: 2.25, portrait: 0.68 };

/**
 * The name of a call's counter in a language, and the language of that name.
 * @param {Pick<Call, "counter">} call
 * @param {Pick<DisplaySetup, "counters" | "counter_names">} setup
 * @param {string} lang
 * @returns {Name}
 */
export function counterName(call, setup, lang) {
  const names = setup.counter_names[call.counter ?? ""];
  if (names) return names[lang] ? { text: names[lang], lang } : first(names);
  const text = setup.counters[call.counter ?? ""] ?? call.counter ?? "";
  const known = translatedCounter(text, lang);
  return known === text && translatedCounter(text, languages()[0]) === text
    ? { text, lang: languages()[0] }
    : { text: known, lang };
}

/**
 * The citizen's action at the door of a room, in a language; null at a desk.
 * @param {Pick<Call, "counter">} call
 * @param {Pick<DisplaySetup, "rooms">} setup
 * @param {string} lang
 * @returns {Name | null}
 */
export function entranceOf(call, setup, lang) {
  const entrance = setup.rooms[call.counter ?? ""];
  return entrance ? { text: t(`room.${entrance}`, {}, lang), lang } : null;
}

/** @param {Translations} names */
const first = (names) => {
  const lang = languages().find((code) => names[code]) ?? Object.keys(names)[0];
  return { text: named(names, lang), lang };
};

/**
 * The language a call is made in: its ticket's, or the branch's first.
 * @param {Pick<Call, "language">} call
 */
export const languageOf = (call) =>
  call.language && languages().includes(call.language) ? call.language : languages()[0];

/**
 * The calls in front and the calls next to them, either with the newest first. In front: those
 * being announced; then those that were announced last (`last`, numbers) while they wait to be met;
 * else the newest one, a missed one only if there is no other. The `missed` calls are shown before
 * the calls that were met, and take turns if they are too many; `turn` is the number of the turn.
 * @param {Calls} calls
 * @param {string[]} announcing
 * @param {string[]} last
 * @param {Call[]} missed
 * @param {number} turn
 */
export function arrange(calls, announcing, last, missed, turn) {
  const wanted = announcing.length > 0 ? announcing : last;
  const called = wanted.map((number) => calls.open.find((call) => call.number === number));
  const front = called.filter((call) => call !== undefined).reverse();
  const met = calls.met.filter((call) => !missed.includes(call));
  const [newest] = [...calls.open, ...met, ...missed];
  if (front.length === 0 && newest) front.push(newest);
  const open = calls.open.filter((call) => !front.includes(call));
  const room = Math.max(TILES - front.length - open.length, Math.min(MISSED, missed.length));
  const others = missed.filter((call) => !front.includes(call));
  const first = others.length > room ? (turn * room) % others.length : 0;
  const over = [...others.slice(first), ...others.slice(0, first), ...met]
    .filter((call) => !front.includes(call));
  return { front, rest: [...open, ...over.slice(0, room)] };
}

/**
 * Draw them. `announcing` (numbers), `current` (the number that is read aloud, or null).
 * @param {{ front: Call[], rest: Call[] }} shown
 * @param {{
 *   announcing: string[],
 *   current: string | null,
 *   setup: DisplaySetup,
 *   quiet: boolean,
 *   missed: Call[],
 * }} how `quiet`: what is announced is only to be seen, so it does not move
 */
export function drawStage({ front, rest }, { announcing, current, setup, quiet, missed }) {
  /**
   * @param {Call} call
   * @returns {CallState}
   */
  const stateOf = (call) => {
    if (!call.open) return missed.includes(call) ? "missed" : "met";
    if (!announcing.includes(call.number)) return "open";
    return call.again ? "again" : "now";
  };
  const alone = front.length === 1;
  const tile = (/** @type {boolean} */ large) => (/** @type {Call} */ call) =>
    drawn(call, {
      state: stateOf(call),
      large,
      current: call.number === current,
      latest: missed.every(({ at }) => at <= call.at),
      setup,
    });
  keep($("#front"), front.map(tile(alone)));
  keep($("#rest"), rest.map(tile(false)));
  $("#stage").toggleAttribute("data-quiet", quiet);
  share(front.length, rest.length);
}

/**
 * Tiles that stay as they are keep their element, so that only what is new moves.
 * @param {HTMLElement} list
 * @param {Tile[]} tiles
 */
function keep(list, tiles) {
  const there = new Map(findAll(":scope > *", list).map((tile) => [tile.dataset.key, tile]));
  const wanted = tiles.map(({ key, make }) => there.get(key) ?? make());
  tiles.forEach(({ current }, index) => wanted[index].toggleAttribute("data-current", current));
  list.hidden = wanted.length === 0;
  const same = wanted.length === there.size && wanted.every((tile, i) => list.children[i] === tile);
  if (!same) list.replaceChildren(...wanted);
}

/**
 * Tiles next to others hold one line each, so they lie above each other also on a wide screen.
 * @param {number} front
 * @param {number} rest
 */
function share(front, rest) {
  const stage = $("#stage");
  const stacked = front > 1;
  stage.toggleAttribute("data-stacked", stacked);
  const part = rest === 0 ? 1 : front === 1 ? alone(rest) : (1.5 * front) / (1.5 * front + rest);
  const clear = rest === 0 ? 1 : Math.min(Math.max(part, 0.36), 0.8);
  stage.style.setProperty("--front", String(clear));
  for (const [way, shape] of Object.entries(SHAPES)) {
    const of = (
      /** @type {number} */ share,
    ) => (way === "landscape" && !stacked ? shape * share : shape / share);
    layOut($("#front"), gridFor(front, of(clear), front === 1), way);
    layOut($("#rest"), gridFor(rest, of(1 - clear || 1), false), way);
  }
}

/**
 * The call in front is large, and those next to it are never too small to read.
 * @param {number} rest
 */
const alone = (rest) => (rest <= 2 ? 0.62 : rest <= 4 ? 0.54 : rest <= 6 ? 0.46 : 0.38);

/**
 * @param {HTMLElement} list
 * @param {{ columns: number, rows: number }} grid
 * @param {string} way
 */
function layOut(list, { columns, rows }, way) {
  list.style.setProperty(`--columns-${way}`, String(columns));
  list.style.setProperty(`--rows-${way}`, String(rows));
}

/**
 * @param {Call} call
 * @param {{
 *   state: CallState,
 *   large: boolean,
 *   current: boolean,
 *   latest: boolean,
 *   setup: DisplaySetup,
 * }} how `latest`: no missed call is later
 * @returns {Tile}
 */
function drawn(call, { state, large, current, latest, setup }) {
  const label = labelOf(call, state, large, latest);
  const words = state === "missed"
    ? missedWords(call, large)
    : counterWords(call, setup, large, !call.open);
  const texts = words.map(({ text }) => text).join("|");
  const key = [call.number, texts, call.recalls, state, label, large, writtenFor(languageOf(call))]
    .join("~");
  const entrance = call.open ? setup.rooms[call.counter ?? ""] : undefined;
  return { key, current, make: () => tileOf(call, { key, state, label, words, large, entrance }) };
}

/**
 * A number above its counter if it is alone, else both on one line.
 * @param {Call} call
 * @param {{
 *   key: string,
 *   state: CallState,
 *   label: string,
 *   words: Line[],
 *   large: boolean,
 *   entrance: string | undefined,
 * }} how
 */
function tileOf(call, { key, state, label, words, large, entrance }) {
  const langs = writtenFor(languageOf(call));
  const tile = el(
    "li",
    { class: "call", dataset: { key, number: call.number, state } },
    el(
      "div",
      { class: "call__in" },
      label ? labelled(label, call.recalls > 0 && call.open, langs) : null,
      el("p", { class: "call__number nowrap number" }, el("bdi", {}, call.number)),
      words.length > 0 &&
        el(
          "p",
          { class: "call__counter bold" },
          (call.open || (!large && state !== "missed")) && icon("arrow-right"),
          where(words, entrance),
        ),
    ),
  );
  const number = emWidth(call.number, NUMBER_WEIGHT);
  tile.toggleAttribute("data-labelled", Boolean(label));
  tile.toggleAttribute("data-row", !large);
  tile.style.setProperty("--number", String(number));
  if (label) tile.style.setProperty("--label", String(labelWidth(label, langs)));
  if (words.length === 0) fit(tile, [{ text: call.number, lang: "", size: 1 }], 0);
  else if (large) fit(tile, words, call.open ? ARROW : 0);
  else fit(tile, words, number + (state === "missed" ? 2 * GAP : IN_A_ROW));
  return tile;
}

/**
 * @param {Call} call
 * @param {CallState} state
 * @param {boolean} large
 * @param {boolean} latest
 */
function labelOf(call, state, large, latest) {
  if (state === "again") return "call.again";
  if (state === "missed") return large ? "call.missed" : "";
  if (state === "met") return large && latest ? "call.latest" : "call.met";
  if (call.recalls > 0) return "call.repeated";
  return large ? "call.now" : "";
}

/**
 * @param {string} key
 * @param {boolean} bell
 * @param {string[]} langs
 */
function labelled(key, bell, langs) {
  const words = el("span", { class: "both" });
  both(words, (lang) => t(key, {}, lang), langs);
  return el("p", { class: "call__label snug nowrap strong inline" }, bell && icon("bell"), words);
}

/**
 * @param {string} key
 * @param {string[]} langs
 */
function labelWidth(key, langs) {
  const texts = [...new Set(langs.map((lang) => t(key, {}, lang)))];
  return 1.8 +
    texts.reduce((sum, text, index) => sum + (index ? 0.68 : 1) * emWidth(text) + 0.6, 0);
}

/**
 * The large call is shown in the first language too, a small one in that of its ticket alone.
 * @param {Call} call
 * @param {DisplaySetup} setup
 * @param {boolean} large
 * @param {boolean} over whether the citizen has come
 * @returns {Line[]}
 */
function counterWords(call, setup, large, over) {
  const own = languageOf(call);
  const order = large ? writtenFor(own) : [own];
  const names = order.map((lang, index) => ({
    ...unbroken(counterName(call, setup, lang)),
    size: index ? SECOND : 1,
  }));
  const entrances = over ? [] : order.map((lang) => entranceOf(call, setup, lang));
  const doors = entrances.filter((name) => name !== null)
    .map((name, index) => ({ ...name, size: index ? SECOND : ENTRANCE }));
  const words = [...names, ...doors];
  return words.filter(({ text }, index) => words.findIndex((each) => each.text === text) === index);
}

/**
 * A missed call sends no citizen to its counter. Next to others, what to do is in place of it, in
 * letters of the number's size.
 * @param {Call} call
 * @param {boolean} large
 * @returns {Line[]}
 */
function missedWords(call, large) {
  const lang = languageOf(call);
  return large ? [] : [{ text: t("call.missed", {}, lang), lang, size: 1 }];
}

/**
 * The number of a counter stays with its word.
 * @param {Name} name
 */
const unbroken = ({ text, lang }) => ({
  lang,
  text: text.trim().replace(/ (?=\S{1,3}$)/, "\u00a0"),
});

/**
 * @param {Line[]} words
 * @param {string | undefined} entrance
 */
function where(words, entrance) {
  const lines = words.map(({ text, lang, size }) =>
    el(
      "span",
      { lang, dir: directionOf(lang), dataset: { size: String(size) } },
      size === ENTRANCE && entrance && icon(PICTOGRAMS[entrance]),
      text,
    )
  );
  return el("span", { class: "call__where stack gap-0" }, lines);
}

/**
 * For each number of lines: how wide the text is and how tall, in em; last, with the other lines
 * unbroken. The stylesheet takes what gives the largest letters.
 * @param {HTMLElement} tile
 * @param {Line[]} words
 * @param {number} beside
 */
function fit(tile, [first, ...others], beside) {
  const wide = (/** @type {(text: string) => number} */ measure) =>
    Math.max(0, ...others.map(({ text, size }) => (measure(text) + pictogram(size)) * size));
  const [broken, whole] = [wide((text) => Math.max(...words(text))), wide(emWidth)];
  const lines = widths(first.text);
  const candidates = [
    ...lines.map((width, index) => ({ width: Math.max(width, broken), lines: index + 1 })),
    ...lines.slice(0, 2).map((width, index) => ({
      width: Math.max(width, whole),
      lines: index + 1,
    })),
  ];
  candidates.forEach(({ width, lines: own }, index) => {
    const all = others.reduce(
      (sum, { text, size }) => sum + size * linesIn(text, width / size - pictogram(size)),
      own,
    );
    tile.style.setProperty(`--w${index + 1}`, String(width + beside));
    tile.style.setProperty(`--h${index + 1}`, String(all * LINE));
  });
}

/** @param {number} size */
const pictogram = (size) => (size === ENTRANCE ? 1 + GAP : 0);

/** @param {string} text */
const words = (text) => text.split(/ +/).map((word) => emWidth(word));
