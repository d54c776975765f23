/**
 * Whether every worker moves. A batch that is held because a server is away is tried again and again: each try is a sign
 * of life for all. A batch that is worked on for long without one is stuck, however busy the other worker is, and only a
 * new process mends that.
 */
export interface Activity {
  /** A batch is being worked on; returns what to call at its end. */
  readonly begin: () => () => void;
  /** A held batch is tried again. */
  readonly sign: () => void;
  /** How long the oldest batch has been worked on without a sign; 0 while none is worked on. */
  readonly silentMs: () => number;
}

/** A transaction may meet its statement limit (15 s) in several statements; longer than this it meets none. */
export const stuckAfterMs = 5 * 60_000;

export function watchActivity(now: () => number = () => performance.now()): Activity {
  const running = new Set<{ readonly since: number }>();
  let lastSign = now();
  return {
    sign: () => {
      lastSign = now();
    },
    begin() {
      const batch = { since: now() };
      running.add(batch);
      return () => {
        running.delete(batch);
      };
    },
    silentMs() {
      // A Set keeps the order of adding.
      const [oldest] = running;
      return oldest === undefined ? 0 : now() - Math.max(oldest.since, lastSign);
    },
  };
}
