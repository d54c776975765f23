import { afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { FreshDatabase } from '../../../database/testing/freshDatabase.ts';
import { openRawClient } from '../../../database/testing/rawClient.ts';
import type { AirflowInstall } from './engine/install.ts';
import { airflowOr, installForTests, makeAirflow, type TestAirflow } from './testing/airflow.ts';
import { makeRollupDatabase } from './testing/database.ts';
import { allEqual, compareDays, storeDays } from './testing/days.ts';

const stack = inject('stack');
let install: AirflowInstall;
let database: FreshDatabase;
let airflow: TestAirflow | undefined;
beforeAll(async () => {
  install = await installForTests();
}, 600_000);
beforeEach(async () => {
  database = await makeRollupDatabase(stack);
  if ('python' in install)
    airflow = await makeAirflow({
      python: install.python,
      database: database.config,
      natsUrl: stack.env.NATS_URL ?? '',
    });
});
afterEach(async () => {
  await airflow?.close();
  await database.drop();
});

test('a backfill of 30 days equals direct aggregation, with late events between its runs', async (context) => {
  const { runDays } = airflowOr(context, { install, airflow });
  await storeDays(database, '2026-01-17', '2026-02-15', 'first');
  const runs = await runDays('2026-01-18', '2026-02-02');
  await storeDays(database, '2026-01-18', '2026-01-20', 'late');
  expect(await compareDays(database)).not.toEqual(allEqual(16));
  runs.push(...(await runDays('2026-02-03', '2026-02-16')));
  expect(runs.map(({ state }) => state)).toEqual(Array.from({ length: 30 }, () => 'success'));
  expect(await compareDays(database)).toEqual(allEqual(30));
});

test('a run that is killed in the middle and run again gives the rows of one that was not', async (context) => {
  const { runDays } = airflowOr(context, { install, airflow });
  await storeDays(database, '2026-01-17', '2026-02-15', 'first');
  const raw = await openRawClient(database.ownerConfig);
  try {
    // The roll of the sixteenth day waits for its lock.
    await raw.query({ text: `SELECT pg_advisory_lock(hashtextextended('spark_rollup_day 2026-02-01', 0))` });
    const abort = new AbortController();
    const killed = runDays('2026-02-16', '2026-02-16', { signal: abort.signal });
    const outcome = expect(killed).rejects.toMatchObject({ name: 'AbortError' });
    await expect
      .poll(() => database.query('SELECT count(*)::int AS days FROM spark_rolled_days'), { timeout: 240_000 })
      .toEqual([{ days: 15 }]);
    abort.abort();
    await outcome;
  } finally {
    await raw.end();
  }
  expect(await compareDays(database)).not.toEqual(allEqual(30));
  expect(await runDays('2026-02-16', '2026-02-16')).toMatchObject([{ state: 'success' }]);
  expect(await compareDays(database)).toEqual(allEqual(30));
});

test('retention drops nothing until it is set, then checked months that are old enough, and a backfill keeps them dropped', async (context) => {
  const { runDays } = airflowOr(context, { install, airflow });
  await storeDays(database, '2026-01-30', '2026-02-02', 'first');
  const keepTwo = { env: { AIRFLOW_VAR_SPARK_KEEP_MONTHS: '2' } };
  const months = async () => {
    const found = await database.query(`SELECT relname FROM pg_class WHERE relname ~ '^spark_events_y2026m0[12]$'`);
    return found.map(({ relname }) => String(relname)).sort();
  };
  await database.query(
    `INSERT INTO spark_metrics_windowed
     SELECT 'hour', at, at + interval '1 hour', 'event', 'telemetry', '', -1, false, 1
     FROM unnest(ARRAY['2026-01-31T23:00:00Z', '2026-02-01T00:00:00Z']::timestamptz[]) AS at`,
  );
  await runDays('2026-04-01', '2026-04-01');
  expect(await months()).toEqual(['spark_events_y2026m01', 'spark_events_y2026m02']);
  const figures = await database.query('SELECT * FROM spark_events_daily ORDER BY day, type');
  await runDays('2026-04-01', '2026-04-01', keepTwo);
  expect(await months()).toEqual(['spark_events_y2026m02']);
  expect(await database.query('SELECT window_start FROM spark_metrics_windowed')).toEqual([
    { window_start: new Date('2026-02-01T00:00:00Z') },
  ]);
  const again = await runDays('2026-01-31', '2026-02-01', keepTwo);
  expect(again.map(({ state }) => state)).toEqual(['success', 'success']);
  expect(await months()).toEqual(['spark_events_y2026m02']);
  expect(await database.query('SELECT * FROM spark_events_daily ORDER BY day, type')).toEqual(figures);

  // Older than the week that every run checks: only the drop looks at this day again.
  await database.query(
    `INSERT INTO spark_events (occurred_at, event_id, session_id, seq, type, recorded_at, payload)
     VALUES ('2026-02-02T12:00:00Z', gen_random_uuid(), gen_random_uuid(), 1, 'telemetry', now(), '{}')`,
  );
  const [refused] = await runDays('2026-05-01', '2026-05-01', keepTwo);
  expect(refused?.tasks).toMatchObject({ check_counts: 'success', drop_old_partitions: 'failed' });
  expect(await months()).toEqual(['spark_events_y2026m02']);
  const [wrong] = await runDays('2026-04-01', '2026-04-01', { env: { AIRFLOW_VAR_SPARK_KEEP_MONTHS: 'two' } });
  expect(wrong?.tasks).toMatchObject({ check_counts: 'success', drop_old_partitions: 'failed' });
});
