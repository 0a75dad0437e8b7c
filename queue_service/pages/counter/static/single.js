// One fetch at a time: asked again meanwhile, it runs once more afterwards and gives the newest.

/** The function, never running twice at once. Failures are left to the live line to tell. */
export function single(work) {
  let running = null;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await work().catch(() => {});
    } while (again);
    running = null;
  };
  return () => {
    again = running !== null;
    running ??= run();
    return running;
  };
}
