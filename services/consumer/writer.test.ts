import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { DependencyError, InvariantError } from '../../shared/errors/index.ts';
import { makeLogger } from '../../shared/node/logging/index.ts';
import { EncodedBatch, type ReadEvent } from './encodedBatch.ts';
import { makeBatchWriter, type BatchWriterOptions } from './writer.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });
const rejected = new DependencyError('db_rejected', 'no', { retryable: false });
const away = new DependencyError('db_unavailable', 'away', { retryable: true });

const itemOf = (seq: number): ReadEvent => ({
  event: null,
  row: {
    eventId: randomUUID(),
    occurredMs: Date.UTC(2026, 0, 1),
    recordedMs: Date.UTC(2026, 0, 1),
    sessionId: randomUUID(),
    seq,
    type: 'telemetry',
    callId: null,
    userId: null,
    payload: Buffer.from('{}'),
  },
});

const batchOf = (items: readonly ReadEvent[]): EncodedBatch<ReadEvent> => {
  const batch = new EncodedBatch<ReadEvent>(items.length);
  for (const item of items) batch.add(item, item);
  return batch;
};
const read = (item: ReadEvent): ReadEvent => item;
const seqsOf = (written: readonly EncodedBatch<ReadEvent>[]): number[] =>
  written.flatMap(({ items }) => items.map(({ row }) => row.seq));

/** The numbers of a binary array without nulls: a header of 20 bytes, then length and value of each. */
const bigintsOf = (array: Buffer): number[] =>
  Array.from({ length: (array.length - 20) / 12 }, (_, n) => Number(array.readBigInt64BE(24 + 12 * n)));

/** The numbers of the fourth column in COPY's binary format: a header of 19 bytes, then fields behind their lengths. */
function seqsOfCopy(bytes: Buffer): number[] {
  const seqs: number[] = [];
  let at = 19;
  for (let fields = bytes.readInt16BE(at); fields !== -1; fields = bytes.readInt16BE(at)) {
    at += 2;
    for (let field = 0; field < fields; field += 1) {
      const length = bytes.readInt32BE(at);
      if (field === 3) seqs.push(Number(bytes.readBigInt64BE(at + 4)));
      at += 4 + Math.max(length, 0);
    }
  }
  return seqs;
}

/** A database that takes whole transactions, and refuses those that contain one of the bad sequences. */
function makeStore(bad: ReadonlySet<number>, failFirst: readonly Error[] = [], refusal = rejected) {
  const kept: number[] = [];
  const ways: string[] = [];
  const failures = [...failFirst];
  let transactions = 0;
  const bulk = async (work: unknown) => {
    transactions += 1;
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    const seen: number[] = [];
    const take = (way: string, seqs: readonly number[]): Promise<void> => {
      ways.push(way);
      seen.push(...seqs);
      return seqs.some((seq) => bad.has(seq)) ? Promise.reject(refusal) : Promise.resolve();
    };
    const client = {
      rows: () => Promise.resolve([]),
      copyIn: (_text: string, bytes: Buffer) => take('copy', seqsOfCopy(bytes)),
      run: async ({ name, values }: { name?: string; values?: readonly unknown[] }) => {
        const seqs = values?.[3];
        if (name === 'insert-events' && Buffer.isBuffer(seqs)) await take('insert', bigintsOf(seqs));
        return 1;
      },
    };
    if (typeof work === 'function') await work(client);
    kept.push(...seen);
  };
  return {
    database: { bulk: bulk as BatchWriterOptions<ReadEvent>['database']['bulk'] },
    kept,
    ways,
    transactions: () => transactions,
  };
}

test('every good row is committed once and every bad one is told, wherever the bad ones are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.uniqueArray(fc.nat({ max: 59 })), async (size, bad) => {
      const store = makeStore(new Set(bad));
      const items = Array.from({ length: size }, (_, seq) => itemOf(seq));
      const outcome = await makeBatchWriter({ ...store, read, logger }).write(
        batchOf(items),
        new AbortController().signal,
      );
      const badHere = bad.filter((seq) => seq < size).sort((a, b) => a - b);
      expect(outcome.rejected.map(({ item }) => item.row.seq)).toEqual(badHere);
      expect([...store.kept].sort((a, b) => a - b)).toEqual(seqsOf(outcome.written));
      expect(seqsOf(outcome.written).length + badHere.length).toBe(size);
    }),
  );
});

test('a single event whose month was dropped since asks for its month again', async () => {
  const noMonth = new DependencyError('db_rejected', 'no partition', { retryable: false, data: { sqlState: '23514' } });
  const failures: Error[] = [];
  const asked: number[] = [];
  const { database } = makeStore(new Set());
  const bulk: typeof database.bulk = (work) => {
    const failure = failures.shift();
    if (failure !== undefined) return Promise.reject(failure);
    return database.bulk((client) => {
      const rows: typeof client.rows = (...args) => {
        asked.push(1);
        return client.rows(...args);
      };
      return work({ ...client, rows });
    });
  };
  const { write } = makeBatchWriter({ database: { bulk }, read, logger });
  const { signal } = new AbortController();
  await write(batchOf([itemOf(1)]), signal);
  await write(batchOf([itemOf(2)]), signal);
  expect(asked).toHaveLength(1);

  failures.push(noMonth);
  expect((await write(batchOf([itemOf(3)]), signal)).rejected).toEqual([]);
  expect(asked).toHaveLength(2);

  failures.push(noMonth, noMonth);
  expect((await write(batchOf([itemOf(4)]), signal)).rejected).toHaveLength(1);
});

test('one bad row of 1,024 costs some twenty transactions, not a thousand', async () => {
  const store = makeStore(new Set([700]));
  const items = Array.from({ length: 1_024 }, (_, seq) => itemOf(seq));
  await makeBatchWriter({ ...store, read, logger }).write(batchOf(items), new AbortController().signal);
  expect(store.transactions()).toBe(1 + 2 * 10);
});

test.each(['23505', '40P01'])(
  'a conflict (%s) is no refusal: the same batch goes again the way that knows duplicates',
  async (sqlState) => {
    const conflict = new DependencyError('db_rejected', 'there already', { retryable: false, data: { sqlState } });
    const store = makeStore(new Set(), [conflict]);
    const items = [itemOf(1), itemOf(2)];
    const outcome = await makeBatchWriter({ ...store, read, logger }).write(
      batchOf(items),
      new AbortController().signal,
    );
    expect(outcome.rejected).toEqual([]);
    expect([...store.kept].sort((a, b) => a - b)).toEqual([1, 2]);
    expect(store.ways).toEqual(['insert']);
    expect(store.transactions()).toBe(2);
  },
);

test('a server that is away is waited for, and no row becomes a dead letter for it', async () => {
  const store = makeStore(new Set(), [away, away]);
  const retries: unknown[] = [];
  const writer = makeBatchWriter({ ...store, read, logger, onRetry: (error) => retries.push(error) });
  const outcome = await writer.write(batchOf([itemOf(1)]), new AbortController().signal);
  expect(seqsOf(outcome.written)).toEqual([1]);
  expect(outcome.rejected).toEqual([]);
  expect(retries).toEqual([away, away]);
});

const timeout = (sqlState: string) =>
  new DependencyError('db_unavailable', 'too long', { retryable: true, data: { sqlState } });

test.each([
  ['takes too long each time', '57014'],
  ['is locked each time', '55P03'],
])('an event that %s holds up only itself, and not for ever', async (_what, sqlState) => {
  vi.useFakeTimers();
  try {
    const store = makeStore(new Set([2]), [], timeout(sqlState));
    const items = Array.from({ length: 4 }, (_, seq) => itemOf(seq));
    const writing = makeBatchWriter({ ...store, read, logger }).write(batchOf(items), new AbortController().signal);
    await vi.runAllTimersAsync();
    const { written, rejected: given } = await writing;
    expect(seqsOf(written)).toEqual([0, 1, 3]);
    expect(given).toMatchObject([{ item: { row: { seq: 2 } }, error: { data: { sqlState } } }]);
    expect([...store.kept].sort((a, b) => a - b)).toEqual([0, 1, 3]);
    // The batch and the half three times each, the event six times, and the three good writes.
    expect(store.transactions()).toBe(3 + 3 + 6 + 2);
  } finally {
    vi.useRealTimers();
  }
});

test('a few time limits in a row are waited out, and no event is given up for them', async () => {
  const busy = timeout('57014');
  const store = makeStore(new Set(), [busy, busy, away, busy, busy]);
  const outcome = await makeBatchWriter({ ...store, read, logger }).write(
    batchOf([itemOf(1), itemOf(2)]),
    new AbortController().signal,
  );
  expect(seqsOf(outcome.written)).toEqual([1, 2]);
  expect(store.transactions()).toBe(6);
});

test('stopping while an event runs into its limit does not give it up', async () => {
  const abort = new AbortController();
  let tries = 0;
  const store = makeStore(new Set([1]), [], timeout('57014'));
  const onRetry = () => {
    tries += 1;
    if (tries === 2) abort.abort();
  };
  await expect(
    makeBatchWriter({ ...store, read, logger, onRetry }).write(batchOf([itemOf(1)]), abort.signal),
  ).rejects.toMatchObject({ name: 'AbortError' });
  expect(store.kept).toEqual([]);
});

test('stopping while a server is away gives up the batch instead of waiting', async () => {
  const store = makeStore(
    new Set(),
    Array.from({ length: 50 }, () => away),
  );
  const abort = new AbortController();
  const writer = makeBatchWriter({ ...store, read, logger, onRetry: () => abort.abort() });
  await expect(writer.write(batchOf([itemOf(1)]), abort.signal)).rejects.toBeInstanceOf(Error);
  expect(store.kept).toEqual([]);
});

test.each([
  ['an error that nobody expected', new TypeError('undefined is not a function')],
  ['a broken invariant', new InvariantError('a projection without a key')],
])('%s is a bug: the batch is not halved, and no good event becomes a dead letter', async (_what, bug) => {
  const store = makeStore(new Set(), [bug]);
  const items = Array.from({ length: 8 }, (_, seq) => itemOf(seq));
  await expect(
    makeBatchWriter({ ...store, read, logger }).write(batchOf(items), new AbortController().signal),
  ).rejects.toBe(bug);
  expect(store.transactions()).toBe(1);
});
