import { retryUntilAborted } from '../shared/node/lifecycle/index.ts';
import { DependencyError } from '../shared/errors/index.ts';
import type { Database } from './database.ts';
import { listDaysDue } from './queries/daily.ts';
import { dropMonthsUpTo, listPartitions } from './queries/partitions.ts';
import { sqlStateOf } from './sqlError.ts';

/** `object_not_in_prerequisite_state`: a day of the month has other events than its figures say. */
const isDiffering = (error: unknown): error is DependencyError =>
  error instanceof DependencyError && sqlStateOf(error) === '55000';

/** `lock_not_available`, and a deadlock that was resolved against us. */
const isLockFailure = (error: unknown): boolean =>
  error instanceof DependencyError && ['55P03', '40P01'].includes(sqlStateOf(error) ?? '');

/**
 * Drops the months of `spark_events` that end on or before the UTC day, oldest first, each in a transaction of its own.
 * Days that are due are rolled before. A month that is in use is tried again for `patienceMs`, then the rest is left
 * (`db_unavailable`), and so from a month on whose daily figures differ from its events (`db_rejected`, with the days); those
 * before it stay dropped. `onProgress` is told each step in words. Returns how many were dropped.
 */
export async function dropMonthsBefore(options: {
  readonly database: Pick<Database, 'write' | 'rollupDay'>;
  readonly day: string;
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}): Promise<number> {
  const { database, day, patienceMs, signal, onProgress } = options;
  let dropped = 0;
  for (const { name } of await database.write((client) => listPartitions(client))) {
    const nextMonth = monthAfter(name);
    if (nextMonth > day) break;
    const due = await database.write((client) => listDaysDue(client, nextMonth));
    for (const { day: dueDay } of due) {
      signal.throwIfAborted();
      await database.rollupDay(dueDay);
      onProgress(`${dueDay}  rolled`);
    }
    const limit = AbortSignal.timeout(patienceMs);
    dropped += await retryUntilAborted(() => database.write((client) => dropMonthsUpTo(client, nextMonth)), {
      signal: AbortSignal.any([signal, limit]),
      isRetryable: isLockFailure,
      onRetry: (_error, waitMs, n) =>
        onProgress(`${name}  in use; tried ${n + 1} times, again in ${(waitMs / 1_000).toFixed(1)} s`),
      baseMs: 500,
      capMs: 10_000,
    }).catch((error: unknown) => {
      if (isDiffering(error)) {
        const why = error.cause instanceof Error ? error.cause.message : error.message;
        throw new DependencyError(
          'db_rejected',
          `${why}. What is older is dropped. Look who wrote there, roll these days ("spark-db rollup <day>"), then run this again.`,
          { retryable: false, data: error.data, cause: error },
        );
      }
      if (!limit.aborted || signal.aborted) throw error;
      throw new DependencyError(
        'db_unavailable',
        `${name} stayed in use and was not dropped; what is older is. Look for long transactions in pg_stat_activity, then run this again.`,
        { retryable: true, cause: error },
      );
    });
    onProgress(`${name}  dropped`);
  }
  return dropped;
}

/** `spark_events_y2026m11` to `2026-12-01`. */
function monthAfter(partition: string): string {
  const [year, month] = [Number(partition.slice(14, 18)), Number(partition.slice(19))];
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
}
