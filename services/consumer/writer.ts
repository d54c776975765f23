import {
  copyEvents,
  daysOf,
  ensureMonths,
  insertEvents,
  isConflict,
  writeProjections,
  type CopyClient,
  type Database,
  type EventRow,
} from '../../database/index.ts';
import type { SparkEvent } from '../../shared/contracts/index.ts';
import { DependencyError } from '../../shared/errors/index.ts';
import { retryUntilAborted } from '../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../shared/node/logging/index.ts';

export interface WritableEvent {
  readonly row: EventRow;
  readonly event: SparkEvent | null;
}

export interface WriteOutcome<E extends WritableEvent> {
  readonly written: readonly E[];
  /** Refused by PostgreSQL for what they contain, each with the error. */
  readonly rejected: readonly { readonly item: E; readonly error: DependencyError }[];
}

export interface BatchWriter {
  /**
   * Writes events, their partitions and their projections in one transaction. A server that is away is waited for;
   * a bad row is found by halving, so it costs log2(n) transactions and only itself. Rejects when `signal` aborts while
   * a server is away, and at once with what is no error of the database: that is a bug (`isBug`), which halving would
   * turn into dead letters of good events. Nothing of a rejected write may be acknowledged.
   * A batch that runs into its time limits again and again is halved too, so that what is slow or locked holds up only
   * itself; a single event that does is rejected, after more tries.
   */
  readonly write: <E extends WritableEvent>(items: readonly E[], signal: AbortSignal) => Promise<WriteOutcome<E>>;
}

export interface BatchWriterOptions {
  readonly database: Pick<Database, 'bulk'>;
  readonly logger: Logger;
  readonly onRetry?: (error: unknown) => void;
}

export function makeBatchWriter({ database, logger, onRetry }: BatchWriterOptions): BatchWriter {
  /** Months that a committed transaction has seen; asking for each batch would cost a round trip. */
  const months = new Set<string>();

  /**
   * COPY takes a third less of the server's time than INSERT … ON CONFLICT and knows no duplicates. Those are rare (a
   * restart, a redelivery), so it is tried first; the same batch goes again, with all its rows, the way that does.
   */
  async function commit(items: readonly WritableEvent[]): Promise<void> {
    const rows = items.map(({ row }) => row);
    const needed = new Set(daysOf(rows).map((day) => day.slice(0, 7)));
    const missing = [...needed].filter((month) => !months.has(month)).map((month) => `${month}-01`);
    const typed = items.flatMap(({ event, row }) =>
      event === null ? [] : [{ event, recordedAt: isoTime(row.recordedMs) }],
    );
    const transact = (store: (client: CopyClient, rows: readonly EventRow[]) => Promise<unknown>): Promise<void> =>
      database.bulk(async (client) => {
        await ensureMonths(client, missing);
        await store(client, rows);
        await writeProjections(client, typed);
      });
    try {
      await transact(copyEvents);
    } catch (error) {
      if (!isConflict(error)) throw error;
      logger.debug({ events: items.length }, 'some of the batch is stored already');
      await transact(insertEvents);
    }
    for (const month of needed) months.add(month);
  }

  function commitPatiently(items: readonly WritableEvent[], signal: AbortSignal): Promise<void> {
    let timeouts = 0;
    return retryUntilAborted(() => commit(items), {
      signal,
      isRetryable: (error) => {
        timeouts = isTimeout(error) ? timeouts + 1 : 0;
        return isWorthHolding(error) && timeouts < (items.length > 1 ? batchTimeouts : eventTimeouts);
      },
      onRetry: (error, waitMs, n) => {
        onRetry?.(error);
        const facts = { err: error, events: items.length, waitMs, attempt: n + 1 };
        logger.warn(facts, 'PostgreSQL does not take the batch now; it is held');
      },
      baseMs: 100,
      capMs: 5_000,
    });
  }

  async function write<E extends WritableEvent>(items: readonly E[], signal: AbortSignal): Promise<WriteOutcome<E>> {
    try {
      await commitPatiently(items, signal);
      return { written: items, rejected: [] };
    } catch (error) {
      // Stopped while holding, or a bug: no row is at fault, so none may become a dead letter.
      if (!isRefusal(error) && (signal.aborted || !isTimeout(error))) throw error;
      // Retention may have dropped a month since: the halves ask again.
      months.clear();
      const [only, second] = items;
      if (only !== undefined && second === undefined) {
        return { written: [], rejected: [{ item: only, error }] };
      }
      const middle = Math.ceil(items.length / 2);
      const left = await write(items.slice(0, middle), signal);
      const right = await write(items.slice(middle), signal);
      return { written: [...left.written, ...right.written], rejected: [...left.rejected, ...right.rejected] };
    }
  }

  return { write: (items, signal) => (items.length === 0 ? Promise.resolve(nothing()) : write(items, signal)) };
}

let lastTime = { ms: Number.NaN, text: '' };

/** The stream stores many messages in one millisecond. */
function isoTime(ms: number): string {
  if (ms !== lastTime.ms) lastTime = { ms, text: new Date(ms).toISOString() };
  return lastTime.text;
}

/** Neither a server nor a row is at fault, and nobody asked to stop. */
export const isBug = (error: unknown, signal: AbortSignal): boolean =>
  !(error instanceof DependencyError) && !(signal.aborted && error === signal.reason);

/** The server is at fault, not a row: away, busy, or not migrated yet. Dead letters would not help. */
const isWorthHolding = (error: unknown): boolean => error instanceof DependencyError && error.code !== 'db_rejected';

/**
 * Time limits in a row (15 s for a statement, 10 s for a lock) after which the batch is halved, and the event given up. A
 * server at a standstill holds a batch of a thousand for ten minutes before the first event becomes a dead letter.
 */
const batchTimeouts = 3;
const eventTimeouts = 6;

/** A statement that took too long, or did not get its lock: the server answers, so the batch may be what is wrong. */
const isTimeout = (error: unknown): error is DependencyError =>
  error instanceof DependencyError && (error.data['sqlState'] === '57014' || error.data['sqlState'] === '55P03');

const isRefusal = (error: unknown): error is DependencyError =>
  error instanceof DependencyError && error.code === 'db_rejected';

const nothing = () => ({ written: [], rejected: [] });
