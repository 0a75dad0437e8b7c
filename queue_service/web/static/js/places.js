// Names of counters that begin with a word we know, in another language: "Skranke 1", "Counter 1".

import { language, t } from "./texts.js";

const PLACES = ["counter", "desk", "room", "office", "window"];
const LANGUAGES = ["da", "en"];

/** Whether a name begins with such a word. */
export const isPlace = (name) => placeOf(name) !== undefined;

/** The name in a language where it begins with such a word; any other stays as it is. */
export function placeName(name, lang = language()) {
  const place = placeOf(name);
  return place ? `${t(`place.${place}`, {}, lang)} ${parted(name).rest}`.trim() : name;
}

function placeOf(name) {
  const { word } = parted(name);
  return PLACES.find((place) =>
    LANGUAGES.some((known) => same(t(`place.${place}`, {}, known), word))
  );
}

function parted(name) {
  const [, word, rest] = /^(\p{L}+)\s+(\S.*)$/u.exec(name) ?? [null, name, ""];
  return { word, rest };
}

const same = (one, other) => one.toLowerCase() === other.toLowerCase();
