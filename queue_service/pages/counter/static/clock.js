// The server's time on a desk whose own clock may be wrong, and texts that change with it.

const SLOW_MS = 2000; // an answer slower than this tells the time too roughly

let offset = 0;
const ticking = new Map();

/** Learn from an answer's `at`, asked for and received at these times of the desk's own clock. */
export function learn(at, asked, received) {
  if (received - asked < SLOW_MS) offset = Date.parse(at) - (asked + received) / 2;
}

/** The server's time in milliseconds. */
export const now = () => Date.now() + offset;

/** Seconds from an instant (RFC 3339) until now; never negative. */
export const secondsSince = (instant) => Math.max(0, now() - Date.parse(instant)) / 1000;

/** Keep an element up to date: `update(element)` now and every second while it is on the page. */
export function keep(element, update) {
  ticking.set(element, update);
  update(element);
  return element;
}

/** Keep an element's text up to date. */
export const keepText = (element, text) =>
  keep(element, (it) => {
    const said = text();
    if (it.textContent !== said) it.textContent = said;
  });

/** A second has passed. */
export function tick() {
  for (const [element, update] of ticking) {
    if (element.isConnected) update(element);
    else ticking.delete(element);
  }
}
