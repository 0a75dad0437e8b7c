// Elements that change with the time, second by second.

const ticking = new Map();

/** Keep an element up to date: `update(element)` now and every second while it is on the page. */
export function keep(element, update) {
  ticking.set(element, update);
  update(element);
  return element;
}

/** Keep an element's text up to date: `text()` gives it. */
export const keepText = (element, text) =>
  keep(element, (it) => {
    const now = text();
    if (it.textContent !== now) it.textContent = now;
  });

/** Bring every element up to date; the page calls this every second. */
export function tick() {
  for (const [element, update] of ticking) {
    if (element.isConnected) update(element);
    else ticking.delete(element);
  }
}
