// Which language a citizen speaks, where that is worth saying.

import { locale, t } from "/static/js/texts.js";
import { configuration } from "./branch.js";

/** "Speaks English"; "" for the language most speak here, the branch's first. */
export function speaks({ language }) {
  if (language === configuration().languages[0]) return "";
  const names = new Intl.DisplayNames([locale()], { type: "language" });
  return t("called.speaks", { language: names.of(language) });
}
