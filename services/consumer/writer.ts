import {
  copyEvents,
  ensureMonths,
  insertEvents,
  isConflict,
  writeProjection,
  type CopyClient,
  type Database,
} from '../../database/index.ts';
import { DependencyError } from '../../shared/errors/index.ts';
import { retryUntilAborted } from '../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../shared/node/logging/index.ts';
import { EncodedBatch, type ReadEvent } from './encodedBatch.ts';

export interface WriteOutcome<M> {
  /** Each in a transaction of its own: the batch, or the parts into which it was halved. */
  readonly written: readonly EncodedBatch<M>[];
  /** Refused by PostgreSQL for what they contain, each with the error. */
  readonly rejected: readonly { readonly item: M; readonly error: DependencyError }[];
}

export interface BatchWriter<M> {
  /**
   * Writes events, their partitions and their projections in one transaction. A server that is away is waited for;
   * a bad row is found by halving, so it costs log2(n) transactions and only itself. Rejects when `signal` aborts while
   * a server is away, and at once with what is no error of the database: that is a bug (`isBug`), which halving would
   * turn into dead letters of good events. Nothing of a rejected write may be acknowledged.
   * A batch that runs into its time limits again and again is halved too, so that what is slow or locked holds up only
   * itself; a single event that does is rejected, after more tries.
   */
  readonly write: (batch: EncodedBatch<M>, signal: AbortSignal) => Promise<WriteOutcome<M>>;
}

export interface BatchWriterOptions<M> {
  readonly database: Pick<Database, 'bulk'>;
  /** Reads an item again, with the same result as when it was encoded. */
  readonly read: (item: M) => ReadEvent;
  readonly logger: Logger;
  readonly onRetry?: (error: unknown) => void;
}

export function makeBatchWriter<M>({ database, read, logger, onRetry }: BatchWriterOptions<M>): BatchWriter<M> {
  /** Months that a committed transaction has seen; asking for each batch would cost a round trip. */
  const months = new Set<string>();

  /**
   * COPY takes a third less of the server's time than INSERT … ON CONFLICT and knows no duplicates. Those are rare (a
   * restart, a redelivery), so it is tried first; the same batch goes again, with all its rows, the way that does.
   */
  async function commit({ items, rows, projection }: EncodedBatch<M>): Promise<void> {
    const needed = new Set(rows.days().map((day) => day.slice(0, 7)));
    const missing = [...needed].filter((month) => !months.has(month)).map((month) => `${month}-01`);
    const transact = (store: (client: CopyClient) => Promise<unknown>): Promise<void> =>
      database.bulk(async (client) => {
        await ensureMonths(client, missing);
        await store(client);
        await writeProjection(client, projection);
      });
    try {
      await transact((client) => copyEvents(client, rows));
    } catch (error) {
      if (!isConflict(error)) throw error;
      logger.debug({ events: items.length }, 'some of the batch is stored already');
      const again = items.map((item) => read(item).row);
      await transact((client) => insertEvents(client, again));
    }
    for (const month of needed) months.add(month);
  }

  function commitPatiently(batch: EncodedBatch<M>, signal: AbortSignal): Promise<void> {
    const { items } = batch;
    let timeouts = 0;
    return retryUntilAborted(() => commit(batch), {
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

  function encode(items: readonly M[]): EncodedBatch<M> {
    const batch = new EncodedBatch<M>(items.length);
    for (const item of items) batch.add(item, read(item));
    return batch;
  }

  async function write(batch: EncodedBatch<M>, signal: AbortSignal, hasAsked = false): Promise<WriteOutcome<M>> {
    const { items } = batch;
    try {
      await commitPatiently(batch, signal);
      return { written: [batch], rejected: [] };
    } catch (error) {
      // Stopped while holding, or a bug: no row is at fault, so none may become a dead letter.
      if (!isRefusal(error) && (signal.aborted || !isTimeout(error))) throw error;
      // Retention may have dropped a month since: the halves ask again, and so does a single event once.
      months.clear();
      const [only, second] = items;
      if (only !== undefined && second === undefined) {
        if (lacksMonth(error) && !hasAsked) return write(batch, signal, true);
        return { written: [], rejected: [{ item: only, error }] };
      }
      const middle = Math.ceil(items.length / 2);
      const left = await write(encode(items.slice(0, middle)), signal);
      const right = await write(encode(items.slice(middle)), signal);
      return { written: [...left.written, ...right.written], rejected: [...left.rejected, ...right.rejected] };
    }
  }

  return { write: (batch, signal) => (batch.items.length === 0 ? Promise.resolve(nothing()) : write(batch, signal)) };
}

/** Neither a server nor a row is at fault, and nobody asked to stop. */
export const isBug = (error: unknown, signal: AbortSignal): boolean =>
  !(error instanceof DependencyError) && !(signal.aborted && error === signal.reason);

/** The server is at fault, not a row: away, busy, or not migrated yet. Dead letters would not help. */
export const isWorthHolding = (error: unknown): boolean =>
  error instanceof DependencyError && error.code !== 'db_rejected';

/**
 * Time limits in a row (15 s for a statement, 10 s for a lock) after which the batch is halved, and the event given up. A
 * server at a standstill holds a batch of a thousand for ten minutes before the first event becomes a dead letter.
 */
const batchTimeouts = 3;
const eventTimeouts = 6;

/** A statement that took too long, or did not get its lock: the server answers, so the batch may be what is wrong. */
const isTimeout = (error: unknown): error is DependencyError =>
  error instanceof DependencyError && (error.data['sqlState'] === '57014' || error.data['sqlState'] === '55P03');

/** "no partition of relation found for row" has the SQLSTATE of a failed check. */
const lacksMonth = (error: DependencyError): boolean => error.data['sqlState'] === '23514';

const isRefusal = (error: unknown): error is DependencyError =>
  error instanceof DependencyError && error.code === 'db_rejected';

const nothing = () => ({ written: [], rejected: [] });
