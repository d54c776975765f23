import { AppError } from '../../../shared/errors/index.ts';

/**
 * A token bucket in memory: it stops a model that runs in circles, not a person at work. One user per process, so one
 * bucket; `perMinute` calls a minute on average, that many at once at most.
 */
export interface RateLimit {
  /** Takes one call. Throws AppError `rate_limited` with the seconds to wait. */
  readonly take: () => void;
}

export function makeRateLimit(options: { readonly perMinute: number; readonly clock: () => number }): RateLimit {
  const { perMinute, clock } = options;
  let tokens = perMinute;
  let at = clock();
  return {
    take() {
      const now = clock();
      // A clock that jumps back must not take tokens away.
      tokens = Math.min(perMinute, tokens + (Math.max(now - at, 0) / 60_000) * perMinute);
      at = now;
      if (tokens < 1) {
        const waitSeconds = Math.ceil(((1 - tokens) / perMinute) * 60);
        throw new AppError(
          'rate_limited',
          `More than ${perMinute} function calls in a minute. Nothing was done; try again in ${waitSeconds} s.`,
          { data: { waitSeconds } },
        );
      }
      tokens -= 1;
    },
  };
}
