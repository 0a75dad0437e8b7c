// The referrals' page is drawn by the server. Here is only what it remembers: that those which came
// back have been seen, so that the counter's page says it no longer.

import { page, pageData, store } from "/static/js/page.js";

const { seen_at: seenAt } = pageData();
if (seenAt) store(`referrals.seen.${page.branch}`, seenAt);
