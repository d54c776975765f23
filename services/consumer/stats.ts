import type { Logger } from '../../shared/node/logging/index.ts';

export interface Counters {
  /** Events committed and acknowledged. */
  processed: number;
  /** Failed attempts to reach or use a server. */
  errors: number;
  deadLetters: number;
  batches: number;
}

export interface Stats {
  readonly counters: Counters;
  readonly stop: () => void;
}

/** Counts, and logs one line every `everyMs` (10 s): totals, the rate since the last line, and the lag. */
export function startStats(options: {
  readonly logger: Logger;
  /** Messages of the stream that are not yet acknowledged; null when it cannot be told. */
  readonly readLag: () => Promise<number | null>;
  readonly everyMs?: number;
}): Stats {
  const { logger, readLag, everyMs = 10_000 } = options;
  const counters: Counters = { processed: 0, errors: 0, deadLetters: 0, batches: 0 };
  let before = 0;
  const report = async (): Promise<void> => {
    const perSecond = Math.round(((counters.processed - before) * 1_000) / everyMs);
    before = counters.processed;
    logger.info({ ...counters, perSecond, lag: await readLag() }, 'stats');
  };
  const timer = setInterval(() => {
    void report();
  }, everyMs);
  return {
    counters,
    stop: () => {
      clearInterval(timer);
      logger.info({ ...counters }, 'final stats');
    },
  };
}
