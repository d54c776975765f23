import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../../../../shared/errors/index.ts';

/**
 * How many function calls a user may make in a minute, which begins with the first of them: it stops a model that runs
 * in circles, not a person at work.
 */
export interface RateLimit {
  /** Takes one call. Rejects with AppError `rate_limited` with the seconds to wait. */
  readonly take: () => Promise<void>;
  readonly close: () => void;
}

/** Where the calls of users are counted. */
export interface CallCounter {
  /** Counts one call. Rejects with rate-limiter-flexible's `RateLimiterRes` when it is one too many. */
  readonly consume: (user: string) => Promise<unknown>;
  readonly close: () => void;
}

export const windowSeconds = 60;

export interface RateLimitOptions {
  readonly perMinute: number;
  readonly user: string;
  /** In the memory of this process when unset. */
  readonly counter?: CallCounter | undefined;
}

export function makeRateLimit(options: RateLimitOptions): RateLimit {
  const { perMinute, user, counter = makeMemoryCounter(perMinute) } = options;
  return {
    async take() {
      try {
        await counter.consume(user);
      } catch (error) {
        throw error instanceof RateLimiterRes ? tooMany(perMinute, error) : error;
      }
    },
    close: () => {
      counter.close();
    },
  };
}

export function makeMemoryCounter(perMinute: number): CallCounter {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: windowSeconds });
  return { consume: (user) => limiter.consume(user), close: () => undefined };
}

function tooMany(perMinute: number, refused: RateLimiterRes): AppError {
  const waitSeconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1_000));
  return new AppError(
    'rate_limited',
    `More than ${perMinute} function calls in a minute. Nothing was done; try again in ${waitSeconds} s.`,
    { data: { waitSeconds } },
  );
}
