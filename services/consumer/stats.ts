import type { Logger } from '../../shared/node/logging/index.ts';
import type { ConsumerMetrics } from './metrics.ts';

interface Counters {
  /** Events committed and acknowledged. */
  processed: number;
  /** Failed attempts to reach or use a server. */
  errors: number;
  deadLetters: number;
  batches: number;
}

/** What the consumer tells while it works: for the metrics, and for its own log line. */
export interface Stats extends Pick<ConsumerMetrics, 'received' | 'written' | 'buried' | 'givenBack' | 'failed'> {
  readonly stop: () => void;
}

/** Counts, and logs one line every `everyMs` (10 s): totals, the rate since the last line, and the lag. */
export function startStats(options: {
  readonly logger: Logger;
  readonly metrics: ConsumerMetrics;
  /** Messages of the stream that are not yet acknowledged; null when it cannot be told. */
  readonly readLag: () => Promise<number | null>;
  readonly everyMs?: number;
}): Stats {
  const { logger, metrics, readLag, everyMs = 10_000 } = options;
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
    received: metrics.received,
    givenBack: metrics.givenBack,
    written(tally, writeMs) {
      counters.processed += tally.events();
      counters.batches += 1;
      metrics.written(tally, writeMs);
    },
    buried(reason) {
      counters.deadLetters += 1;
      metrics.buried(reason);
    },
    failed(server) {
      counters.errors += 1;
      metrics.failed(server);
    },
    stop: () => {
      clearInterval(timer);
      logger.info({ ...counters }, 'final stats');
    },
  };
}
