// Care for the screen itself: kept awake, no resting mouse pointer, nothing burnt into it.

const SHIFT_EVERY_MS = 60_000;
const POINTER_MS = 3000;
// In small steps around the middle, so that no edge stays in place for days.
const ORBIT = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
];

/** Begin; goes on as long as the page. */
export function careForScreen() {
  stayAwake();
  document.addEventListener("visibilitychange", stayAwake);
  hidePointer();
  let step = 0;
  setInterval(() => {
    step = (step + 1) % ORBIT.length;
    const [x, y] = ORBIT[step];
    document.body.style.setProperty("--shift-x", String(x));
    document.body.style.setProperty("--shift-y", String(y));
  }, SHIFT_EVERY_MS);
}

function stayAwake() {
  if (document.visibilityState !== "visible") return;
  // Refused without https or on battery: the screen's own settings decide then.
  navigator.wakeLock?.request("screen").catch(() => {});
}

function hidePointer() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const rest = () => document.documentElement.classList.add("display--still");
  addEventListener("pointermove", () => {
    document.documentElement.classList.remove("display--still");
    clearTimeout(timer);
    timer = setTimeout(rest, POINTER_MS);
  });
  rest();
}
