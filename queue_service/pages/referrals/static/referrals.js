// The referrals' page is drawn by the server. Here is only what it remembers: that those which came
// back have been seen, so that the counter's page says it no longer.

import { page, store } from "/static/js/page.js";

store(`referrals.seen.${page.branch}`, Date.now());
