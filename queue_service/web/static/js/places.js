// Names of counters that begin with a word we know, in another language: "Skranke 1", "Counter 1".

import { language, t } from "./texts.js";

const PLACES = ["counter", "desk", "room", "office", "window"];
const LANGUAGES = ["da", "en"];

/** The name in a language where it begins with such a word; any other stays as it is. */
export function placeName(name, lang = language()) {
  const [, word, rest] = /^(\p{L}+)\s+(\S.*)$/u.exec(name) ?? [null, name, ""];
  const means = (place) => LANGUAGES.some((known) => same(t(`place.${place}`, {}, known), word));
  const place = PLACES.find(means);
  return place ? `${t(`place.${place}`, {}, lang)} ${rest}`.trim() : name;
}

const same = (one, other) => one.toLowerCase() === other.toLowerCase();
