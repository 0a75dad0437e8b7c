// The checklist of a branch, which ticks its steps off when they are done on another screen.

import { keepFresh } from "/static/js/section.js";

keepFresh("checklist", 4000);
