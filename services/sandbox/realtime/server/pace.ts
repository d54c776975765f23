/** What was missed while the program stood still is not made up for beyond this. */
const maxLateMs = 100;

/**
 * Waits before each piece of an answer, so that one comes every `deltaMs` on average: a timer that fires late is made up
 * for by the next ones, and 2 ms are 500 pieces a second also where a timer takes 3. 0 yields to the event loop only.
 */
export function makePace(deltaMs: number, now: () => number = () => performance.now()): () => Promise<void> {
  let due = Number.NEGATIVE_INFINITY;
  return () =>
    new Promise((resolve) => {
      const at = now();
      due = at - due > maxLateMs ? at + deltaMs : due + deltaMs;
      if (due > at) setTimeout(resolve, due - at);
      else setImmediate(resolve);
    });
}
