// The start page's line of each branch, fetched from the server again and again.

import { $ } from "./page.js";
import { keepFresh } from "./section.js";

keepFresh("now", 15_000, (fresh) => {
  $("#now-stale").hidden = fresh;
});
