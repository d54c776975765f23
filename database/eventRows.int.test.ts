import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { makeLogger } from '../shared/node/logging/index.ts';
import { DependencyError } from '../shared/errors/index.ts';
import { makeDatabase, type Database } from './database.ts';
import { copyEvents, daysOf, EncodedRows, ensureMonths, insertEvents, isConflict, type EventRow } from './eventRows.ts';
import type { CopyClient } from './pool.ts';
import { makeFreshDatabase, type FreshDatabase } from './testing/freshDatabase.ts';
import { clusterOf } from './testing/stackCluster.ts';

const stack = inject('stack');
let fresh: FreshDatabase;
let database: Database;
beforeAll(async () => {
  fresh = await makeFreshDatabase(clusterOf(stack, stack.consumer));
  database = makeDatabase({ config: fresh.config, logger: makeLogger({ name: 'test', level: 'silent' }) });
});
beforeEach(() => fresh.query('TRUNCATE spark_events'));
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

type Store = (client: CopyClient, rows: readonly EventRow[]) => Promise<unknown>;
const copyRows: Store = (client, events) => copyEvents(client, encode(events));
function encode(events: readonly EventRow[]): EncodedRows {
  const encoded = new EncodedRows();
  for (const event of events) encoded.add(event);
  return encoded;
}
const store = (rows: readonly EventRow[], how: Store): Promise<void> =>
  database.bulk(async (client) => {
    await ensureMonths(client, daysOf(rows));
    await how(client, rows);
  });
const stored = () =>
  fresh.query('SELECT e.*, payload::text AS json FROM spark_events e ORDER BY occurred_at, event_id');
const rowOf = (over: Partial<EventRow> = {}): EventRow => ({
  eventId: randomUUID(),
  occurredMs: Date.UTC(2026, 10, 23),
  recordedMs: Date.UTC(2026, 10, 23),
  sessionId: randomUUID(),
  seq: 1,
  type: 'telemetry',
  callId: null,
  userId: null,
  payload: Buffer.from('{}'),
  ...over,
});

// PostgreSQL takes no NUL, and neither side keeps half of a surrogate pair.
const text = fc.string({ unit: 'binary', maxLength: 100 }).map((value) => value.replaceAll('\0', '').toWellFormed());
const json = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.array(text)));
// Months are made one by one: a few far ones are enough.
const dates = fc.constantFrom(Date.UTC(1999, 11, 31, 23, 59, 59, 999), Date.UTC(2026, 1, 1), Date.UTC(2290, 5, 6));
const row: fc.Arbitrary<EventRow> = fc.record({
  eventId: fc.uuid(),
  occurredMs: fc.tuple(dates, fc.nat(1_000)).map(([ms, more]) => ms + more),
  recordedMs: fc.integer({ min: 0, max: Date.UTC(9999, 0, 1) }),
  sessionId: fc.uuid(),
  seq: fc.maxSafeNat(),
  type: text,
  callId: fc.option(text),
  userId: fc.option(text),
  payload: json.map((value) => Buffer.from(JSON.stringify(value))),
});
const rows = fc.uniqueArray(row, { selector: ({ eventId }) => eventId, minLength: 1, maxLength: 20 });

test('COPY and INSERT store the same rows, whatever the events hold', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (events) => {
      await fresh.query('TRUNCATE spark_events');
      await store(events, insertEvents);
      const inserted = await stored();
      await fresh.query('TRUNCATE spark_events');
      await store(events, copyRows);
      expect(await stored()).toEqual(inserted);
      expect(inserted).toHaveLength(events.length);
    }),
    { numRuns: 12 },
  );
});

test('an event that is stored already, or twice among those copied, is a conflict, and nothing of the copy stays', async () => {
  const first = rowOf();
  await store([first], copyRows);
  const again = [rowOf(), first];
  await expect(store(again, copyRows)).rejects.toSatisfy(isConflict);
  const twice = rowOf();
  await expect(store([twice, rowOf(), twice], copyRows)).rejects.toSatisfy(isConflict);
  expect(await stored()).toHaveLength(1);
  await store([...again, twice, twice], insertEvents);
  expect(await stored()).toHaveLength(3);
});

test('two writers that wait for each other: one of them is told a conflict and both can go on', async () => {
  const [a, b] = [rowOf({ occurredMs: Date.UTC(2026, 10, 1) }), rowOf({ occurredMs: Date.UTC(2026, 10, 2) })];
  const bothHold = Promise.withResolvers<void>();
  let holding = 0;
  const writer = (first: EventRow, second: EventRow) =>
    database.bulk(async (client) => {
      await copyRows(client, [first]);
      holding += 1;
      if (holding === 2) bothHold.resolve();
      await bothHold.promise;
      await copyRows(client, [second]);
    });
  const outcomes = await Promise.allSettled([writer(a, b), writer(b, a)]);
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  expect(refused).toHaveLength(1);
  expect(refused[0]).toSatisfy(isConflict);
  await store([a, b], insertEvents);
  expect(await stored()).toHaveLength(2);
});

test('a row that PostgreSQL cannot take is refused as a row, and the connection goes on', async () => {
  for (const bad of [{ payload: Buffer.from('{"half') }, { type: 'a\0b' }, { payload: Buffer.from('"\\u0000"') }]) {
    const refused: unknown = await store([rowOf(), rowOf(bad)], copyRows).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'db_rejected' });
    expect(isConflict(refused)).toBe(false);
  }
  await store([rowOf()], copyRows);
  expect(await stored()).toHaveLength(1);
});

test('a row that no column can hold is refused when it is added, and leaves the others as they were', async () => {
  const [first, second] = [rowOf(), rowOf({ payload: Buffer.from(JSON.stringify('x'.repeat(200_000))) })];
  const encoded = new EncodedRows();
  encoded.add(first);
  expect(() => encoded.add(rowOf({ seq: 2 ** 60 }))).toThrow(DependencyError);
  encoded.add(second);
  await database.bulk(async (client) => {
    await ensureMonths(client, encoded.days());
    await copyEvents(client, encoded);
  });
  const ids = (await stored()).map((found) => String(found['event_id']));
  expect(ids.sort()).toEqual([first.eventId, second.eventId].sort());
});

test('rows may be added after their bytes were read', async () => {
  const [first, second] = [rowOf(), rowOf()];
  const encoded = encode([first]);
  const before = Buffer.from(encoded.bytes());
  encoded.add(second);
  expect(encoded.bytes()).toEqual(encode([first, second]).bytes());
  expect(before).toEqual(encode([first]).bytes());
});
