/**
 * Notices that the machine slept: a timer then comes far too late by the wall clock. The sockets of before are dead, and
 * nobody tells: without this the next message would wait for a ping that fails.
 */
export function watchSleep(options: {
  /** Milliseconds since the epoch. */
  readonly wallNow: () => number;
  readonly intervalMs: number;
  /** A timer that is later than this was asleep; a busy machine is late by less. */
  readonly graceMs: number;
  readonly onWake: () => void;
}): { readonly stop: () => void } {
  let last = options.wallNow();
  const timer = setInterval(() => {
    const now = options.wallNow();
    const late = now - last - options.intervalMs;
    last = now;
    if (late > options.graceMs) options.onWake();
  }, options.intervalMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
