/** After a crash the page is loaded again by itself, but not over and over. */
const minimumLifeMs = 10_000;

/** What is to happen with a window whose process is gone. */
export type CrashAnswer = 'ignore' | 'reload' | 'ask';

/**
 * Decides after each crash of one window: again by itself when it had lived for a while, else the person is asked, because
 * what crashes at once would crash again. `now` is in milliseconds and never jumps.
 */
export function makeCrashPolicy(now: () => number): (reason: string) => CrashAnswer {
  let loadedAt = now();
  return (reason) => {
    if (reason === 'clean-exit') return 'ignore';
    const lived = now() - loadedAt;
    loadedAt = now();
    return lived < minimumLifeMs ? 'ask' : 'reload';
  };
}
