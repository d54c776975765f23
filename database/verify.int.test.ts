import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { eventSchemaVersion, type SparkEvent } from '../shared/contracts/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { ensureMonths, insertEvents, listDaysDue, makeDatabase, writeProjections, type Database } from './index.ts';
import { makeFreshDatabase, type FreshDatabase } from './testing/freshDatabase.ts';
import { clusterOf } from './testing/stackCluster.ts';
import { formatVerifyReport, verifyDatabase, type VerifyReport } from './verify.ts';

let fresh: FreshDatabase;
let owner: Database;
const stack = inject('stack');
beforeAll(async () => {
  fresh = await makeFreshDatabase(clusterOf(stack, stack.consumer));
});
afterAll(() => fresh.drop());
beforeEach(() => {
  owner = makeDatabase({ config: fresh.ownerConfig, logger: makeLogger({ name: 'test', level: 'silent' }) });
});
afterEach(async () => {
  await owner.close();
  await fresh.query(
    'TRUNCATE spark_events, spark_sessions, spark_function_calls, spark_telemetry, spark_usage, spark_previews, spark_generated_scripts, spark_build_jobs, spark_events_daily, spark_day_changes, spark_rolled_days',
  );
});

const minuteMs = 60_000;
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
const envelope = (sessionId: string, seq: number, timestamp = ago(60 * minuteMs - seq)) => ({
  eventId: randomUUID(),
  sessionId,
  seq,
  timestamp,
  schemaVersion: eventSchemaVersion,
  source: { app: 'spark', version: '0.0.0', host: 'test' },
});
const telemetry = (sessionId: string, seq: number, timestamp?: string): SparkEvent => ({
  ...envelope(sessionId, seq, timestamp),
  type: 'telemetry',
  name: 'ui.frame',
  value: 1,
  unit: 'ms',
});
/** One event of every type that has a table. */
const eventsOfAllTypes = (sessionId: string): SparkEvent[] => [
  { ...envelope(sessionId, 1), type: 'session', action: 'started', title: 'T' },
  { ...envelope(sessionId, 2), type: 'function_call', callId: 'c', name: 'f', effect: 'read', state: 'received' },
  telemetry(sessionId, 3),
  {
    ...envelope(sessionId, 4),
    type: 'usage',
    responseId: 'r',
    provider: 'p',
    model: 'm',
    inputTokens: 1,
    cachedTokens: 0,
    outputTokens: 1,
  },
  {
    ...envelope(sessionId, 5),
    type: 'preview.unity.frame',
    frameId: randomUUID(),
    sha256: 'a'.repeat(64),
    mimeType: 'image/png',
    width: 1,
    height: 1,
    sizeBytes: 1,
    captureSource: 'game_view',
    blank: false,
  },
  {
    ...envelope(sessionId, 6),
    type: 'runtime.unity.script_generated',
    changeId: randomUUID(),
    scriptName: 'A',
    path: 'Assets/A.cs',
  },
  { ...envelope(sessionId, 7), type: 'runtime.unity.patch_applied', scriptName: 'A', path: 'Assets/A.cs' },
  { ...envelope(sessionId, 8), type: 'build.unity.started', buildId: randomUUID(), target: 'WebGL' },
];

/** As the consumer stores them; `recordedAt` is the stream's time. */
const store = (events: readonly SparkEvent[], recordedAt = ago(30 * minuteMs)): Promise<void> =>
  owner.write(async (client) => {
    await ensureMonths(
      client,
      events.map((event) => event.timestamp),
    );
    await insertEvents(
      client,
      events.map((event) => ({
        eventId: event.eventId,
        occurredMs: Date.parse(event.timestamp),
        recordedMs: Date.parse(recordedAt),
        sessionId: event.sessionId,
        seq: event.seq,
        type: event.type,
        callId: event.callId ?? null,
        userId: null,
        payload: Buffer.from(JSON.stringify(event)),
      })),
    );
    await writeProjections(
      client,
      events.map((event) => ({ event, recordedAt })),
    );
  });

const verify = (since = ago(400 * 24 * 60 * minuteMs), settleSeconds = 0): Promise<VerifyReport> =>
  owner.write((client) => verifyDatabase(client, { since, settleSeconds, limit: 10 }));
const gapsOf = async (...window: Parameters<typeof verify>) => (await verify(...window)).sequenceGaps;

test('a database in which nothing is missing is reported so, with events of every type', async () => {
  await store(eventsOfAllTypes(randomUUID()));
  for (const { day } of await owner.write((client) => listDaysDue(client))) await owner.rollupDay(day);
  const report = await verify();
  expect(formatVerifyReport(report, 10)).not.toContain('FAIL');
  expect(report.ok).toBe(true);
});

test('gaps are named by session and range: at the start, in the middle, and not where another month has the events', async () => {
  const sessionId = randomUUID();
  const lastMonth = ago(32 * 24 * 60 * minuteMs);
  await store([telemetry(sessionId, 3, lastMonth), telemetry(sessionId, 4), telemetry(sessionId, 5, lastMonth)]);
  await store([telemetry(sessionId, 6), telemetry(sessionId, 9), telemetry(sessionId, 11)]);
  const { count, items } = await gapsOf();
  expect(count).toBe(3);
  expect(items.toSorted((a, b) => a.from - b.from)).toMatchObject([
    { sessionId, from: 1, to: 2 },
    { sessionId, from: 7, to: 8 },
    { sessionId, from: 10, to: 10 },
  ]);
  expect((await gapsOf(ago(24 * 60 * minuteMs))).items.map(({ from }) => from).toSorted((a, b) => a - b)).toEqual([
    7, 10,
  ]);
  expect((await verify()).ok).toBe(false);
});

test('an event that may still be on its way is no gap yet, nor are events without a number', async () => {
  const sessionId = randomUUID();
  await store([telemetry(sessionId, 1), telemetry(sessionId, 3)], ago(1_000));
  await store([telemetry(randomUUID(), 0)]);
  expect((await gapsOf(undefined, 60)).count).toBe(0);
  expect((await gapsOf()).count).toBe(1);
});

test('what retention dropped is neither a gap nor a missing event, what is missing after it is', async () => {
  const [dropped, started] = [randomUUID(), ago(70 * 24 * 60 * minuteMs)];
  const session: SparkEvent = { ...envelope(dropped, 1, started), type: 'session', action: 'started', title: 'T' };
  await store([session, telemetry(dropped, 2, started), telemetry(dropped, 3), telemetry(dropped, 5)]);
  await owner.write((client) =>
    client.run({ text: 'SELECT spark_drop_partitions_before((now() - interval $$35 days$$)::date)' }),
  );
  const report = await verify();
  expect(report.sequenceGaps).toMatchObject({ count: 1, items: [{ sessionId: dropped, from: 4, to: 4 }] });
  expect(report.rowsWithoutEvent.count).toBe(0);
});

test.each([
  'spark_sessions',
  'spark_function_calls',
  'spark_telemetry',
  'spark_usage',
  'spark_previews',
  'spark_generated_scripts',
  'spark_build_jobs',
])('events whose row is gone from %s, or stands at an older state, are named', async (table) => {
  const sessionId = randomUUID();
  await store(eventsOfAllTypes(sessionId));
  await fresh.query(`UPDATE ${table} SET seq = seq - 1`);
  const older = (await verify()).eventsWithoutRow;
  await fresh.query(`DELETE FROM ${table}`);
  const gone = (await verify()).eventsWithoutRow;
  const expected = table === 'spark_generated_scripts' ? 2 : 1;
  expect([older.count, gone.count]).toEqual([expected, expected]);
  expect(gone.items[0]).toMatchObject({ table, sessionId });
});

test('an event of a newer schema version is kept whole and is not missed in its table', async () => {
  const event = { ...telemetry(randomUUID(), 1), schemaVersion: eventSchemaVersion + 1 };
  await store([event]);
  await fresh.query('DELETE FROM spark_telemetry');
  expect((await verify()).eventsWithoutRow.count).toBe(0);
});

test('rows whose event was deleted, and rows that only the app has written, are told apart', async () => {
  const [stored, direct] = [randomUUID(), randomUUID()];
  await store(eventsOfAllTypes(stored));
  await owner.write([telemetry(direct, 1)]);
  await fresh.query(`DELETE FROM spark_events WHERE seq = 4`);
  const report = await verify();
  const { rowsWithoutEvent } = report;
  expect(formatVerifyReport(report, 1)).toMatch(/FAIL {2}rows without their event: 2\n.*seq.*\n.*… 1 more/);
  expect(rowsWithoutEvent.count).toBe(2);
  expect(rowsWithoutEvent.items).toContainEqual(
    expect.objectContaining({ table: 'spark_usage', sessionId: stored, seq: 4, recorded: true }),
  );
  expect(rowsWithoutEvent.items).toContainEqual(
    expect.objectContaining({ table: 'spark_telemetry', sessionId: direct, seq: 1, recorded: false }),
  );
});

test('a row that the app has just moved forward, whose event arrives meanwhile, is not missed; one that stays so is', async () => {
  const [arrives, waits] = [randomUUID(), randomUUID()];
  const call = (sessionId: string, seq: number, state: 'received' | 'running'): SparkEvent => ({
    ...envelope(sessionId, seq),
    type: 'function_call',
    callId: 'call_1',
    name: 'generateUnityScript',
    effect: 'write',
    state,
  });
  for (const sessionId of [arrives, waits]) await store([call(sessionId, 1, 'received')]);
  await fresh.query(`UPDATE spark_function_calls SET stored_at = now() - interval '10 minutes'`);
  const running = [call(arrives, 2, 'running'), call(waits, 2, 'running')] as const;
  await owner.write(running);
  const pauses: number[] = [];
  const report = await owner.write((client) =>
    verifyDatabase(client, { since: ago(60 * minuteMs), settleSeconds: 60, limit: 10 }, async (ms) => {
      pauses.push(ms);
      await store([running[0]]);
    }),
  );
  expect(report.rowsWithoutEvent).toMatchObject({ count: 1, items: [{ sessionId: waits, seq: 2, recorded: false }] });
  expect(pauses).toEqual([10_000]);
});

test('days that were never rolled, or whose figures are not those of the events, are named', async () => {
  const yesterday = ago(24 * 60 * minuteMs);
  const day = yesterday.slice(0, 10);
  await store([telemetry(randomUUID(), 1, yesterday)]);
  expect((await verify()).daysDue).toEqual([{ day, rolledAt: null }]);
  await owner.rollupDay(day);
  expect((await verify()).ok).toBe(true);
  await fresh.query('DELETE FROM spark_events WHERE seq = 1');
  expect((await verify()).wrongDays).toEqual([{ day, rolled: 1, stored: 0 }]);
});

test('a month that has no partition is named, this one and the next', async () => {
  const { months } = (
    await fresh.query(
      `SELECT array_agg(to_char(now() AT TIME ZONE 'UTC' + make_interval(months => n), 'YYYY-MM') ORDER BY n) AS months FROM generate_series(0, 1) n`,
    )
  )[0] as { months: string[] };
  for (const month of months) await fresh.query(`DROP TABLE spark_events_y${month.replace('-', 'm')}`);
  try {
    expect((await verify()).missingMonths).toEqual(months);
  } finally {
    await fresh.query(`SELECT spark_ensure_partitions('${months[0]}-01', '${months[1]}-01')`);
  }
});
