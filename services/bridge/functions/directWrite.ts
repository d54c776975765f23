import type { SparkEvent } from '../../../shared/contracts/index.ts';
import { toAppError } from '../../../shared/errors/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';

/** Writes the rows of these events on the primary, with the upserts that the consumer uses as well. */
export type WriteProjections = (events: readonly SparkEvent[], signal: AbortSignal) => Promise<unknown>;

/**
 * The seed's direct upsert: a row is there as soon as the call ends. Nothing depends on it (the consumer writes the same
 * row from the event), so it has a deadline, never throws, and rests after a failure instead of making each call wait.
 */
export interface DirectWriter {
  /** Milliseconds it took, or null when nothing was written. */
  readonly write: (events: readonly SparkEvent[]) => Promise<number | null>;
  /** Why the last try failed; null when it did not. */
  readonly lastFailure: () => string | null;
}

const deadlineMs = 2_000;
const restMs = 5_000;

export function makeDirectWriter(options: {
  /** Absent: no database is configured. */
  readonly writeProjections: WriteProjections | undefined;
  readonly logger: Logger;
  readonly clock: () => number;
}): DirectWriter {
  const { writeProjections, logger, clock } = options;
  let restUntil = 0;
  let lastFailure: string | null = null;
  return {
    lastFailure: () => lastFailure,
    async write(events) {
      if (writeProjections === undefined || events.length === 0 || clock() < restUntil) return null;
      const startedAt = performance.now();
      const { promise: late, reject } = Promise.withResolvers<never>();
      const deadline = AbortSignal.timeout(deadlineMs);
      deadline.addEventListener('abort', () => {
        reject(new Error(`not written within ${deadlineMs} ms`));
      });
      const work = writeProjections(events, deadline);
      try {
        await Promise.race([work, late]);
        lastFailure = null;
        return performance.now() - startedAt;
      } catch (error) {
        // What lost the race may still reject; it has been said.
        work.catch(() => undefined);
        restUntil = clock() + restMs;
        const { code, message } = toAppError(error);
        lastFailure = message;
        logger.warn(
          { code, reason: message },
          'rows were not written directly; the consumer writes them from the events',
        );
        return null;
      }
    },
  };
}
