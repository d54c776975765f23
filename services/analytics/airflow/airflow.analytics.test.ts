import { beforeAll, afterAll, expect, inject, test } from 'vitest';
import type { FreshDatabase } from '../../../database/testing/freshDatabase.ts';
import type { AirflowInstall } from './engine/install.ts';
import { airflowOr, installForTests, makeAirflow, type TestAirflow } from './testing/airflow.ts';
import { whileListening } from './testing/alerts.ts';
import { makeRollupDatabase } from './testing/database.ts';
import { allEqual, compareDays, storeDays } from './testing/days.ts';

const stack = inject('stack');
const natsUrl = stack.env.NATS_URL ?? '';
let install: AirflowInstall;
let database: FreshDatabase;
let airflow: TestAirflow | undefined;
beforeAll(async () => {
  database = await makeRollupDatabase(stack);
  install = await installForTests();
  if ('python' in install) airflow = await makeAirflow({ python: install.python, database: database.config, natsUrl });
}, 600_000);
afterAll(async () => {
  await airflow?.close();
  await database.drop();
});

test('the Python is clean by the rules of pyproject.toml', async (context) => {
  const { runModule } = airflowOr(context, { install, airflow });
  await runModule('ruff', 'check', '--no-cache', '.');
  await runModule('ruff', 'format', '--no-cache', '--check', '.');
});

test('a run rolls the day before and the late ones, and each step runs after the one before', async (context) => {
  await storeDays(database, '2026-03-01', '2026-03-04', 'first');
  const [run] = await airflowOr(context, { install, airflow }).runDays('2026-03-05', '2026-03-05');
  expect(run).toEqual({
    day: '2026-03-05',
    state: 'success',
    tasks: {
      ensure_partitions: 'success',
      rollup_days: 'success',
      check_counts: 'success',
      drop_old_partitions: 'success',
      refresh_statistics: 'success',
    },
  });
  expect(await compareDays(database)).toEqual(allEqual(4));
  expect(
    await database.query(
      `SELECT FROM generate_series(0, 3) AS ahead
       WHERE to_regclass(to_char((now() AT TIME ZONE 'UTC') + make_interval(months => ahead), '"spark_events_y"YYYY"m"MM')) IS NULL`,
    ),
  ).toEqual([]);
}, 300_000);

test('events that nobody noted fail the check, keep every month, and are told on NATS until the check succeeds', async (context) => {
  const { runDays } = airflowOr(context, { install, airflow });
  await storeDays(database, '2026-05-01', '2026-05-02', 'noted');
  await database.query(`SELECT spark_ensure_partitions('2026-03-01', '2026-03-01')`);
  await runDays('2026-05-03', '2026-05-03');
  await database.query(
    `INSERT INTO spark_events (occurred_at, event_id, session_id, seq, type, recorded_at, payload)
     VALUES ('2026-05-01T12:00:00Z', gen_random_uuid(), gen_random_uuid(), 1, 'telemetry', now(), '{}')`,
  );
  const keepOne = { env: { AIRFLOW_VAR_SPARK_KEEP_MONTHS: '1' } };
  await whileListening(natsUrl, async (heard) => {
    const [run] = await runDays('2026-05-03', '2026-05-03', keepOne);
    expect(run).toMatchObject({
      state: 'failed',
      tasks: { check_counts: 'failed', drop_old_partitions: 'upstream_failed' },
    });
    await expect.poll(() => heard, { timeout: 10_000 }).toHaveLength(1);
    expect(heard[0]).toEqual({
      subject: 'alerts.spark.airflow.spark_partitions_and_rollups.check_counts',
      alert: expect.objectContaining({
        source: 'airflow',
        ruleId: 'task_failed',
        state: 'raised',
        summary: expect.stringContaining('2026-05-01 spark_events_daily'),
      }),
    });
    expect(await database.query(`SELECT to_regclass('spark_events_y2026m03') IS NOT NULL AS kept`)).toEqual([
      { kept: true },
    ]);

    await database.query(`SELECT spark_rollup_day('2026-05-01')`);
    expect(await runDays('2026-05-03', '2026-05-03', keepOne)).toMatchObject([{ state: 'success' }]);
    // No stream acknowledges here, so the beginning may be told more than once before its end.
    await expect.poll(() => heard.at(-1)?.alert.state, { timeout: 10_000 }).toBe('cleared');
    expect(heard.at(-1)?.alert).toEqual({
      ...heard[0]?.alert,
      state: 'cleared',
      clearedAt: expect.any(String),
    });
  });
}, 400_000);
