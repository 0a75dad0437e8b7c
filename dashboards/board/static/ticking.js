// Times that run on between two fetches, by the server's clock, and stand still on a stale page.

let ahead = 0; // how far the server's clock is ahead of this machine's, in ms
let frozenAt = null;
const ticking = new Map();

/** The server's time now (ms); while the page is stale, that of its last fresh moment. */
export const serverNow = () => frozenAt ?? Date.now() + ahead;

/** Take the server's clock from a document's `at`; times run again. */
export function setClock(at) {
  ahead = Date.parse(at) - Date.now();
  frozenAt = null;
}

/** Let every time stand still, as it was at `since` (this machine's clock, ms; null: now). */
export function freeze(since) {
  frozenAt ??= since === null ? serverNow() : since + ahead;
  show();
}

/** Seconds since an instant (RFC 3339). */
export const secondsSince = (instant) => Math.max(0, (serverNow() - Date.parse(instant)) / 1000);

/** Keep an element's text as `say()` gives it, second by second, while it is on the page. */
export function tick(element, say) {
  ticking.set(element, say);
  element.textContent = say();
  return element;
}

/** Begin to tick, and call `also` every second. */
export function startTicking(also) {
  setInterval(() => {
    show();
    also();
  }, 1000);
}

function show() {
  for (const [element, say] of ticking) {
    if (!element.isConnected) ticking.delete(element);
    else if (element.textContent !== say()) element.textContent = say();
  }
}
