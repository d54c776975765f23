import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  addLatency,
  latencyBoundsMs,
  latencyBucketOf,
  latencyPercentileMs,
  noLatencies,
} from '../shared/domain/latency.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { compareWindows, findWindowsStart, makeDatabase, type Database } from './index.ts';
import { makeFreshDatabase, type FreshDatabase } from './testing/freshDatabase.ts';
import { clusterOf } from './testing/stackCluster.ts';

let fresh: FreshDatabase;
let database: Database;
beforeAll(async () => {
  fresh = await makeFreshDatabase(clusterOf(inject('stack')));
  database = makeDatabase({ config: fresh.ownerConfig, logger: makeLogger({ name: 'test', level: 'silent' }) });
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

test('the database has the buckets of durations that every engine has', async () => {
  expect(await fresh.query('SELECT spark_latency_bounds_ms() AS bounds')).toEqual([{ bounds: [...latencyBoundsMs] }]);
  const durations = [0, 0.5, ...latencyBoundsMs.flatMap((bound) => [bound, bound + 0.001]), 1e9];
  const [row] = await fresh.query(
    `SELECT array_agg(spark_latency_bucket(d) ORDER BY place) AS buckets, spark_latency_bucket(NULL) AS none
     FROM unnest($1::double precision[]) WITH ORDINALITY AS u (d, place)`,
    [durations],
  );
  expect(row).toEqual({ buckets: durations.map(latencyBucketOf), none: -1 });
});

test('a percentile read by SQL from buckets, however they are spread over rows, is the one read in TypeScript', async () => {
  const duration = fc.double({ min: 0, max: 200_000, noNaN: true });
  await fc.assert(
    fc.asyncProperty(
      fc.array(duration, { maxLength: 60 }),
      fc.constantFrom(0.5, 0.9, 0.95, 0.99, 1),
      async (all, share) => {
        const counts = noLatencies();
        for (const each of all) addLatency(counts, each);
        const [row] = await fresh.query(
          `SELECT spark_latency_percentile_ms(array_agg(bucket), array_agg(total), $2) AS ms
         FROM (SELECT spark_latency_bucket(d) AS bucket, count(*) AS total FROM unnest($1::double precision[]) WITH ORDINALITY AS u (d, place)
               GROUP BY bucket, place % 2 UNION ALL VALUES (-1::smallint, 5::bigint)) AS rows`,
          [all, share],
        );
        expect(row?.['ms']).toBe(latencyPercentileMs(counts, share));
      },
    ),
    { numRuns: 40 },
  );
});

const since = new Date('2026-03-05T10:00:00Z');
const call = { name: 'generateUnityScript', state: 'failed', durationMs: 350 };
const usage = { provider: 'openai', model: 'm', inputTokens: 10, cachedTokens: 4, outputTokens: 3, costMicroUsd: 25 };
const store = (recordedAt: string, type: string, payload: unknown) =>
  fresh.query(
    `INSERT INTO spark_events (occurred_at, event_id, session_id, seq, type, user_id, recorded_at, payload)
     VALUES ('2026-03-05T09:00:00Z', $1, $1, 1, $2, 'ada', $3, $4)`,
    [randomUUID(), type, recordedAt, JSON.stringify(payload)],
  );
const metric = (start: string, values: string) =>
  fresh.query(
    `INSERT INTO spark_metrics_windowed VALUES ('minute', '${start}'::timestamptz, '${start}'::timestamptz + interval '1 minute', ${values})`,
  );

test('windows that are right differ in nothing, and each wrong, missing or extra figure is told', async () => {
  await fresh.query(`SELECT spark_ensure_partitions('2026-03-05', '2026-03-05')`);
  const compared = () => database.write((client) => compareWindows(client, { grain: 'minute', since }));
  expect(await compared()).toMatchObject({ since: null, rows: 0 });
  const start = () => database.write((client) => findWindowsStart(client));
  expect(await start()).toBeNull();
  await store('2026-03-05T10:00:00Z', 'function_call', call);
  await store('2026-03-05T10:00:59.999Z', 'function_call', { ...call, state: 'running' });
  await store('2026-03-05T10:00:30Z', 'usage', usage);
  await store('2026-03-05T10:00:31Z', 'usage', { ...usage, costMicroUsd: undefined });
  // An event of a schema from the future, or of a window that is still open, harms nothing.
  await store('2026-03-05T10:00:32Z', 'usage', { model: { name: 'm' }, inputTokens: 'many' });
  await store('2026-03-05T10:01:00Z', 'telemetry', {});
  await metric(since.toISOString(), `'event', 'function_call', '', -1, false, 2`);
  await metric(since.toISOString(), `'event', 'usage', '', -1, false, 2`);
  await metric(since.toISOString(), `'event', 'usage', '', -1, true, 1`);
  await metric(since.toISOString(), `'function_call', 'generateUnityScript', 'failed', 4, false, 1`);
  const row = `'minute', '2026-03-05T10:00:00Z', '2026-03-05T10:01:00Z', 'openai', 'm', 'ada', false, 2, 20, 8, 6, 25, 1`;
  await fresh.query(`INSERT INTO spark_usage_windowed VALUES (${row})`);
  expect(await start()).toEqual(since);
  expect(await compared()).toEqual({
    grain: 'minute',
    since,
    written: new Date('2026-03-05T10:01:00Z'),
    until: new Date('2026-03-05T10:01:00Z'),
    rows: 4,
    late: 1,
    differences: [],
  });

  await fresh.query(`UPDATE spark_usage_windowed SET cost_micro_usd = 26`);
  await fresh.query(`DELETE FROM spark_metrics_windowed WHERE kind = 'function_call'`);
  await metric(since.toISOString(), `'event', 'preview', '', -1, false, 1`);
  const { differences } = await compared();
  expect(differences.toSorted((a, b) => a.what.localeCompare(b.what))).toMatchObject([
    { what: 'event preview  -1', windowed: '1', counted: null },
    { what: 'function_call generateUnityScript failed 4', windowed: null, counted: '1' },
    { what: 'openai m ada', windowed: '2 20 8 6 26 1', counted: '2 20 8 6 25 1' },
  ]);
});

test('events that closed windows which nobody wrote differ, and those of a quiet time do not', async () => {
  const from = new Date('2026-03-05T20:00:00Z');
  const compared = (grain: 'minute' | 'hour' = 'minute') =>
    database.write((client) => compareWindows(client, { grain, since: from }));
  await fresh.query(`SELECT spark_forget_windows('2026-03-05T10:00:00Z')`);
  const at = (time: string) => new Date(`2026-03-05T${time}Z`);
  // Stored, and its window is open: nobody must have written it yet.
  await store('2026-03-05T20:00:10Z', 'telemetry', {});
  await store('2026-03-05T20:01:59Z', 'telemetry', {});
  // A wrong clock closes nothing.
  await store(new Date(Date.now() + 3_600_000).toISOString(), 'telemetry', {});
  expect(await compared()).toEqual({
    grain: 'minute',
    since: null,
    written: null,
    until: null,
    rows: 0,
    late: 0,
    differences: [],
  });

  // A minute after the first window's end: no window at all is a difference.
  await store('2026-03-05T20:02:00Z', 'telemetry', {});
  const missing = (windowStart: Date) => ({ windowStart, what: 'event telemetry  -1', windowed: null, counted: '1' });
  expect(await compared()).toMatchObject({
    written: null,
    until: at('20:01:00'),
    differences: [missing(at('20:00:00'))],
  });
  expect(await compared('hour')).toMatchObject({ until: null, differences: [] });

  await metric('2026-03-05T20:00:00Z', `'event', 'telemetry', '', -1, false, 1`);
  expect(await compared()).toMatchObject({ written: at('20:01:00'), until: at('20:01:00'), differences: [] });

  // Flink is away from here on: what it wrote is right, what followed is missing up to where the events closed it.
  await store('2026-03-05T22:30:00Z', 'telemetry', {});
  const behind = await compared();
  expect(behind).toMatchObject({ written: at('20:01:00'), until: at('20:03:00') });
  expect(behind.differences.toSorted((a, b) => a.windowStart.getTime() - b.windowStart.getTime())).toMatchObject([
    missing(at('20:01:00')),
    missing(at('20:02:00')),
  ]);
  expect(await compared('hour')).toMatchObject({
    written: null,
    until: at('21:00:00'),
    differences: [{ counted: '3' }],
  });
});

test('windows are forgotten from the start of an hour on, and from nothing else', async () => {
  await expect(fresh.query(`SELECT spark_forget_windows('2026-03-05T10:30:00Z')`)).rejects.toMatchObject({
    code: '22023',
  });
  await metric('2026-03-05T09:59:00Z', `'event', 'telemetry', '', -1, false, 1`);
  await fresh.query(`SELECT spark_forget_windows('2026-03-05T10:00:00Z')`);
  expect(
    await fresh.query(
      `SELECT window_start FROM spark_metrics_windowed UNION ALL SELECT window_start FROM spark_usage_windowed`,
    ),
  ).toEqual([{ window_start: new Date('2026-03-05T09:59:00Z') }]);
});
