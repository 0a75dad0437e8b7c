// A scanner of codes: it types faster than anybody, and ends with Enter.

const LETTERS = "BCDFGHJKLMNPQRSTVWXZ"; // as in access/rules/codes.py
export const LENGTH = 6;
const SCANNED_MS = 120;
const CODE = new RegExp(`(?:^|[^A-Z])([${LETTERS}]{${LENGTH}})$`);

/** @param {string} letter */
export const isLetter = (letter) => letter.length === 1 && LETTERS.includes(letter);

/** Each letter that a code may have. */
export const letters = () => [...LETTERS];

/**
 * The code in a text that a scanner has typed: an address that ends in it, or the code alone; "" for none.
 * @param {string} text
 */
export const scanned = (text) =>
  CODE.exec(text.toUpperCase().replace(/[?#].*$/, "").replace(/\/$/, ""))?.[1] ?? "";

/**
 * Listen to a scanner from now on.
 * @param {(code: string) => void} send
 */
export function awaitScanner(send) {
  let burst = "";
  let burstAt = 0;
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.timeStamp - burstAt > SCANNED_MS) burst = "";
    burstAt = event.timeStamp;
    if (event.key.length === 1) burst += event.key;
    if (event.key !== "Enter") return;
    const code = scanned(burst);
    burst = "";
    if (code === "") return;
    // No button that has the focus is pressed by it.
    event.preventDefault();
    event.stopImmediatePropagation();
    send(code);
  }, { capture: true });
}
