// An entry as it is read: the button that prints it.

import { find } from "/static/js/page.js";

find("#print-page")?.addEventListener("click", () => print());
