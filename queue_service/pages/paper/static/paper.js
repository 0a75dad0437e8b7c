// The table in which paper tickets are entered, and the list of those that are.

import { asApiError, get, post } from "/static/js/api.js";
import {
  $,
  $input,
  announce,
  el,
  find,
  icon,
  page,
  pageData,
  store,
  stored,
} from "/static/js/page.js";
import { has, t, tn } from "/static/js/texts.js";
import { clockOf } from "/static/js/times.js";
import { counterNamed } from "/static/js/wording.js";
import {
  asNumber,
  asRow,
  asSent,
  emptyRow,
  faultsByRow,
  isBlank,
  lacksEnd,
  nextNumber,
  TIMES,
} from "./rows.js";

/** @import { EnteredRow, PaperVisit, Translations } from "/static/js/types.d.ts" */
/** @import { ApiError } from "/static/js/api.js" */
/** @import { Row } from "./rows.js" */
/** @typedef {{ id: string, name: string | Translations }} Item */
/**
 * The messages of a row: errors by field, or that it was entered before.
 * @typedef {{ faults?: Map<string, string>, note?: string }} Told
 */

/** @type {{ today: string, services: Item[], unsure: string | null, counters: Item[], teams: Item[], outcomes: string[] }} */
const data = pageData();
const FIELDS = /** @type {(keyof Row)[]} */ (
  ["number", "service", ...TIMES, "end", "counter", "team"]
).filter((name) =>
  !(name === "counter" && !data.counters.length) && !(name === "team" && !data.teams.length)
);
const ENDS = [...data.outcomes, "completed", "no_show", "abandoned"];
/** On a narrow screen a row is a card, and one that is empty is enough to begin with. */
const FEWEST = matchMedia("(width <= 40rem)").matches ? 1 : 3;

const day = $input("#day");
const form = $("#rows");
/** @type {Row[]} */
let rows = [];
/** @type {Told[]} */
let told = [];
let sending = false;

const draft = () => `paper.${page.branch}.${day.value}`;

/** @param {Item} item */
const nameOf = ({ name }) => counterNamed(name);

function readRows() {
  const kept = stored(draft());
  rows = Array.isArray(kept) ? kept.map((row) => ({ ...emptyRow(), ...row })) : [];
  told = [];
}

function keepRows() {
  const filled = rows.filter((row) => !isBlank(row) || row.number);
  store(draft(), filled.length ? filled : null);
}

// There is always an empty row below the last that is filled.
function grow() {
  while (rows.length < FEWEST || !isBlank(rows[rows.length - 1])) {
    const before = rows[rows.length - 1];
    rows.push(emptyRow(before && !isBlank(before) ? nextNumber(asNumber(before.number)) : ""));
  }
}

function drawHead() {
  $("#head").replaceChildren(headOf(FIELDS));
}

/** @param {string[]} names */
const headOf = (names) =>
  el(
    "tr",
    { role: "row" },
    names.map((name) => el("th", { scope: "col", role: "columnheader" }, t(name))),
    el("td", { role: "cell" }),
  );

function drawRows() {
  grow();
  $("#body").replaceChildren(...rows.flatMap(drawRow));
}

/**
 * @param {Row} row
 * @param {number} index
 */
function drawRow(row, index) {
  const says = told[index] ?? {};
  const fields = FIELDS.map((name) =>
    el(
      "td",
      { role: "cell", class: `paper__cell paper__cell--${name}`, dataset: { label: t(name) } },
      field(row, index, name, says.faults?.get(name)),
    )
  );
  const clear = el(
    "button",
    {
      type: "button",
      class: "button button--quiet button--small",
      "aria-label": t("clear", { n: index + 1 }),
      on: { click: () => clearRow(index) },
    },
    icon("cross"),
  );
  const sentences = [
    ...[...says.faults ?? []].map(([name, reason]) =>
      el("p", { class: "field__error", id: `says-${index}-${name}` }, `${t(name)}: ${t(reason)}`)
    ),
    says.note ? el("p", { class: "inline" }, icon("info"), el("span", {}, says.note)) : null,
  ];
  const last = el("td", { role: "cell", class: "paper__cell paper__cell--clear" }, clear);
  const drawn = [el("tr", { role: "row", dataset: { row: String(index) } }, ...fields, last)];
  if (sentences.some(Boolean)) {
    drawn.push(
      el(
        "tr",
        { role: "row", class: "paper__says" },
        el("td", { role: "cell", colspan: FIELDS.length + 1 }, sentences),
      ),
    );
  }
  return drawn;
}

/**
 * @param {Row} row
 * @param {number} index
 * @param {keyof Row} name
 * @param {string | undefined} fault
 */
function field(row, index, name, fault) {
  const attributes = {
    class: `input${name === "end" ? " paper__choice--end" : ""}`,
    "aria-label": t("of", { what: t(name), n: index + 1 }),
    "aria-invalid": fault ? "true" : null,
    "aria-describedby": fault ? `says-${index}-${name}` : null,
    dataset: { field: name },
    on: {
      [isChoice(name) ? "change" : "input"]: (/** @type {Event} */ event) =>
        change(index, name, event),
    },
  };
  if (isChoice(name)) return choice(row[name], name, attributes);
  const time = name !== "number";
  const input = el("input", {
    ...attributes,
    inputmode: time ? "numeric" : null,
    maxlength: time ? 6 : 9,
  });
  input.value = row[name];
  return input;
}

/** @param {keyof Row} name */
const isChoice = (name) => ["service", "end", "counter", "team"].includes(name);

/**
 * @param {string} value
 * @param {keyof Row} name
 * @param {Record<string, any>} attributes
 */
function choice(value, name, attributes) {
  const first = name === "service" || name === "end" ? t("choose") : t("unknown");
  const options = name === "end"
    ? ENDS.map((end) => ({ id: end, text: t(`end.${end}`) }))
    : items(name).map((item) => ({ id: item.id, text: nameOf(item) }));
  const select = el(
    "select",
    attributes,
    el("option", { value: "" }, first),
    options.map(({ id, text }) => el("option", { value: id }, text)),
  );
  select.value = value;
  return select;
}

/** @param {keyof Row} name */
const items = (name) =>
  name === "service" ? data.services : name === "counter" ? data.counters : data.teams;

/**
 * @param {number} index
 * @param {keyof Row} name
 * @param {Event} event
 */
function change(index, name, event) {
  const { value } = /** @type {HTMLInputElement} */ (event.target);
  const row = rows.at(index);
  if (!row) return;
  row[name] = value;
  if (name === "number") writeNext(index);
  keepRows();
  if (index === rows.length - 1 && !isBlank(rows[index])) {
    grow();
    $("#body").append(...drawRow(rows[rows.length - 1], rows.length - 1));
  }
}

/**
 * Tickets lie in the order of their sheet: the next row has the next number, until it is another.
 * @param {number} index
 */
function writeNext(index) {
  const next = rows[index + 1];
  const number = nextNumber(asNumber(rows[index].number));
  if (!next || !isBlank(next) || !number) return;
  next.number = number;
  const input = find(`#body tr[data-row="${index + 1}"] [data-field="number"]`);
  if (input) /** @type {HTMLInputElement} */ (input).value = number;
  writeNext(index + 1);
}

/** @param {number} index */
function clearRow(index) {
  if (sending) return;
  rows.splice(index, 1);
  told.splice(index, 1);
  keepRows();
  drawRows();
  focus(Math.min(index, rows.length - 1), "number");
}

/**
 * @param {number} index
 * @param {string} name
 */
function focus(index, name) {
  find(`#body tr[data-row="${index}"] [data-field="${name}"]`)?.focus();
}

/**
 * Enter these rows, all or none of them; returns whether they are entered.
 * @param {number[]} indices
 */
async function enter(indices) {
  const wanted = indices.filter((index) => !isBlank(rows[index]));
  if (sending) return false;
  if (!wanted.length) return say(t("nothing"), false);
  const open = wanted.filter((index) => lacksEnd(rows[index]));
  if (open.length) return refuseOpen(open);
  const sent = rows;
  busy(true);
  told = [];
  try {
    const body = { date: day.value, rows: wanted.map((index) => asSent(rows[index])) };
    const answer = await post("/paper-visits", body);
    if (sent === rows) takeOut(wanted, answer.rows);
    return true;
  } catch (error) {
    if (sent === rows) refuse(wanted, asApiError(error));
    return false;
  } finally {
    busy(false);
  }
}

/** @param {boolean} on */
function busy(on) {
  sending = on;
  $("#save").setAttribute("aria-busy", String(on));
}

/**
 * Entered rows leave the table; rows that were entered before with something else stay to be seen.
 * @param {number[]} indices
 * @param {EnteredRow[]} answers
 */
function takeOut(indices, answers) {
  const stays = new Map();
  answers.forEach((answer, nth) => {
    if (answer.status === "already" && answer.differs) {
      stays.set(indices[nth], t("already.differs", { number: answer.number }));
    }
  });
  // The sheet goes on after the new rows: earlier rows lie behind.
  const entered = indices.filter((_, nth) => answers[nth]?.status === "entered");
  const last = rows[(entered.length ? entered : indices).at(-1) ?? -1]?.number ?? "";
  const left = rows.map((_, index) => index)
    .filter((index) => !indices.includes(index) || stays.has(index));
  told = left.map((index) => stays.has(index) ? { note: stays.get(index) } : {});
  rows = left.map((index) => rows[index]);
  if (rows.every(isBlank)) rows = [emptyRow(nextNumber(asNumber(last)))];
  const fresh = answers.filter(({ status }) => status === "entered").length;
  const known = answers.filter(({ status, differs }) => status === "already" && !differs);
  say(
    [
      fresh || !answers.length ? tn("entered", fresh) : "",
      ...known.map(({ number }) => t("already.same", { number })),
    ].filter(Boolean).join(" "),
    true,
  );
  keepRows();
  drawRows();
  list();
}

/**
 * @param {number[]} indices
 * @param {ApiError} error
 */
function refuse(indices, error) {
  const faults = faultsByRow(error.problem.errors ?? []);
  for (const [nth, of] of faults) told[indices[nth]] = { faults: of };
  const lost = ["network", "store_unavailable"].includes(error.code);
  const sentence = faults.size ? tn("faulty", faults.size) : lost ? t("kept") : error.sentence;
  say(sentence, false);
  drawRows();
  const [first] = faults.keys();
  if (first !== undefined) focus(indices[first], [...faults.get(first)?.keys() ?? []][0]);
}

/**
 * @param {string} sentence
 * @param {boolean} good
 */
function say(sentence, good) {
  const result = $("#result");
  result.replaceChildren(icon(good ? "check" : "warning"), " ", sentence);
  result.className = good ? "good" : "field__error";
  return good;
}

/**
 * Nothing is taken for granted of a ticket without an outcome.
 * @param {number[]} indices
 */
function refuseOpen(indices) {
  told = [];
  for (const index of indices) told[index] = { faults: new Map([["end", "end.missing"]]) };
  drawRows();
  focus(indices[0], "end");
  return say(tn("faulty", indices.length), false);
}

async function list() {
  const asked = day.value;
  if (!asked) return;
  try {
    const answer = await get("/paper-visits", { query: { date: asked } });
    if (asked === day.value) drawList(answer.visits);
  } catch (error) {
    $("#list").replaceChildren(el("p", { class: "field__error" }, asApiError(error).sentence));
  }
}

/** @param {PaperVisit[]} visits */
function drawList(visits) {
  $("#list-title").textContent = visits.length ? tn("of_day", visits.length) : t("of_day.none");
  $("#list-note").hidden = visits.length === 0;
  if (!visits.length) return $("#list").replaceChildren();
  const names = ["number", "service", ...TIMES, "end"];
  $("#list").replaceChildren(
    el(
      "table",
      { role: "table", class: "table paper__list", "aria-labelledby": "list-title" },
      el("thead", { role: "rowgroup" }, headOf(names)),
      el("tbody", { role: "rowgroup" }, visits.map(listed)),
    ),
  );
}

/** @param {PaperVisit} kept */
function listed(kept) {
  const row = asRow(kept);
  const service = data.services.find(({ id }) => id === row.service);
  const removable = Date.parse(kept.removable_until) > Date.now();
  const back = removable && el(
    "button",
    {
      type: "button",
      class: "button button--small",
      "aria-label": t("back", { number: row.number }),
      on: { click: () => takeBack(kept) },
    },
    icon("undo"),
    t("back.short"),
  );
  return el(
    "tr",
    { role: "row" },
    el("th", { scope: "row", role: "rowheader", class: "number" }, row.number),
    el("td", { role: "cell" }, service ? nameOf(service) : row.service),
    TIMES.map((name) =>
      el(
        "td",
        { role: "cell", class: "number paper__time", dataset: { label: t(name) } },
        row[name] ? clockOf(row[name]) : "–",
      )
    ),
    el("td", { role: "cell" }, has(`end.${row.end}`) ? t(`end.${row.end}`) : row.end),
    el("td", { role: "cell", class: "end" }, back),
  );
}

/**
 * Remove a ticket, and put what it said into the table. It is kept there before it is removed, so
 * that a lost connection loses nothing.
 * @param {PaperVisit} kept
 */
async function takeBack(kept) {
  if (sending) return;
  const row = asRow(kept);
  const others = rows.filter((each) => !(isBlank(each) || each.number === row.number));
  busy(true);
  try {
    rows = [row, ...others];
    keepRows();
    await post("/paper-visits/remove", { date: day.value, number: row.number });
    told = [];
    say(t("back.done", { number: row.number }), true);
  } catch (error) {
    say(asApiError(error).sentence, false);
  } finally {
    busy(false);
  }
  drawRows();
  focus(0, "number");
  list();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  enter(rows.map((_, index) => index));
});

// Enter in a row saves that row, and goes on where the next one is written.
form.addEventListener("keydown", async (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.key !== "Enter" || target.tagName === "BUTTON") return;
  event.preventDefault();
  const index = Number(target.closest("tr")?.dataset.row ?? -1);
  if (index < 0 || !await enter([index])) return;
  const next = rows.findIndex((row) => isBlank(row) || !told[rows.indexOf(row)]?.note);
  const at = Math.max(0, next);
  focus(at, rows[at].number ? "service" : "number");
  announce($("#result").textContent ?? "");
});

day.addEventListener("change", () => {
  if (!day.value) return;
  readRows();
  drawRows();
  list();
});

readRows();
drawHead();
drawRows();
list();
