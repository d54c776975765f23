import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeAll, beforeEach, expect, inject, test, type TestContext } from 'vitest';
import { makeEmptyDatabase, type FreshDatabase } from '../../../database/testing/freshDatabase.ts';
import { openRawClient } from '../../../database/testing/rawClient.ts';
import { clusterOf } from '../../../database/testing/stackCluster.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { connectNats, ensureStreams } from '../../../shared/node/messaging/index.ts';
import { programEnvironment } from '../../sandbox/stack/environment.ts';
import { runToEnd } from '../flink/engine/tool.ts';
import { airflowDir, type AirflowInstall } from './engine/install.ts';
import { runOnce } from './engine/runs.ts';
import { startScheduler } from './engine/scheduler.ts';
import { pidsOfSession } from './engine/session.ts';
import { installForTests } from './testing/airflow.ts';
import { whileListening } from './testing/alerts.ts';
import { makeRollupDatabase } from './testing/database.ts';
import { allEqual, compareDays, storeDays } from './testing/days.ts';

const stack = inject('stack');
const natsUrl = stack.env.NATS_URL ?? '';
const signal = AbortSignal.timeout(800_000);
let install: AirflowInstall;
let database: FreshDatabase;
let home: string;
beforeAll(async () => {
  install = await installForTests();
  // As a consumer does: alerts are acknowledged here. airflow.analytics.test.ts tells them where no stream is.
  const link = connectNats({ url: natsUrl, name: 'test', logger: makeLogger({ name: 'test', level: 'silent' }) });
  await link.ready(AbortSignal.timeout(30_000));
  await ensureStreams(link);
  await link.close();
}, 600_000);
beforeEach(async () => {
  database = await makeRollupDatabase(stack);
  home = await mkdtemp(join(tmpdir(), 'spark-airflow-'));
});
afterEach(async () => {
  await database.drop();
  await rm(home, { recursive: true, force: true });
});
function pythonOr(context: TestContext): string {
  if ('python' in install) return install.python;
  Object.assign(context.task.meta, { skipReason: install.missing });
  return context.skip(install.missing);
}

test('npm run analytics:airflow -- backfill rolls past days again through a scheduler, and leaves nothing running', async (context) => {
  pythonOr(context);
  await storeDays(database, '2026-01-17', '2026-01-19', 'first');
  // Rows that nobody noted: only a backfill finds them.
  await database.query('DELETE FROM spark_day_changes');
  const config = Object.entries(database.config).map(([name, value]) => [name, String(value ?? '')]);
  const said = await runToEnd({
    name: 'backfill',
    command: process.execPath,
    args: [join(airflowDir, 'main.ts'), 'backfill', '--from', '2026-01-17', '--to', '2026-01-19', '--home', home],
    cwd: airflowDir,
    env: programEnvironment({ ...Object.fromEntries(config), NATS_URL: natsUrl }),
    signal,
    code: 'airflow_failed',
  });
  expect(said).toContain('{"ok":true,"from":"2026-01-17","to":"2026-01-19","runs":3,"failed":0}');
  expect(await compareDays(database)).toEqual(allEqual(3));
  const left = execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' });
  expect(left.split('\n').filter((line) => line.includes(home))).toEqual([]);
});

test('a run that hangs is stopped at its time limit and told on NATS; the next one clears that; no task outlives the scheduler', async (context) => {
  const python = pythonOr(context);
  const metadata = await makeEmptyDatabase(clusterOf(stack, stack.owner));
  const { SLATE_DB_HOST: host, SLATE_DB_PORT: port, SLATE_DB_NAME: name } = metadata.config;
  const uri = `postgresql+psycopg2://${stack.owner.user}:${stack.owner.password}@${host}:${port}/${name}`;
  const env = { AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: uri, NATS_URL: natsUrl };
  const raw = await openRawClient(database.ownerConfig);
  const rollOf = (day: string) => ({ text: `SELECT pg_advisory_lock(hashtextextended('spark_rollup_day ${day}', 0))` });
  const waiting = () => database.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`);
  await storeDays(database, '2026-03-01', '2026-03-01', 'first');
  // A scheduler that starts runs the newest slot that was missed, and that is this one.
  await raw.query(rollOf('2026-03-01'));
  const scheduler = await startScheduler({ python, home, database: database.config, env, signal });
  try {
    await whileListening(natsUrl, async (heard) => {
      await expect.poll(waiting, { timeout: 240_000, interval: 500 }).not.toEqual([]);
      await metadata.query(`UPDATE dag_run SET start_date = start_date - interval '7 hours' WHERE state = 'running'`);
      await expect.poll(() => heard, { timeout: 240_000, interval: 500 }).toHaveLength(1);
      expect(await metadata.query('SELECT state, run_type FROM dag_run')).toEqual([
        { state: 'failed', run_type: 'scheduled' },
      ]);
      expect(heard[0]).toMatchObject({
        subject: 'alerts.spark.airflow.spark_partitions_and_rollups',
        alert: { ruleId: 'run_timed_out', state: 'raised', clearedAt: null },
      });

      await raw.query({ text: 'SELECT pg_advisory_unlock_all()' });
      expect(await runOnce(scheduler, '2026-03-02T00:15:00Z', signal)).toMatchObject({
        state: 'success',
        tasks: { refresh_statistics: 'success' },
      });
      await expect.poll(() => heard, { timeout: 120_000, interval: 500 }).toHaveLength(2);
      expect(heard[1]?.alert).toMatchObject({ state: 'cleared', alertId: heard[0]?.alert.alertId });
    });
    expect(await compareDays(database)).toEqual(allEqual(1));

    await raw.query(rollOf('2026-03-02'));
    const cut = runOnce(scheduler, '2026-03-03T00:15:00Z', signal).catch(() => 'cut');
    await expect.poll(waiting, { timeout: 240_000, interval: 500 }).not.toEqual([]);
    await scheduler.stop();
    expect(await cut).toBe('cut');
    await expect.poll(() => scheduler.pids().flatMap(pidsOfSession), { timeout: 30_000 }).toEqual([]);
  } finally {
    await scheduler.stop();
    await raw.end();
    await metadata.drop();
  }
});
