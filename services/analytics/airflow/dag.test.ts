import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, type TestContext } from 'vitest';
import { z } from 'zod';
import { roleSpecs } from '../../../database/roles/grants.ts';
import { alertKinds } from '../../../shared/contracts/index.ts';
import { engineEnvironment } from '../engine/process.ts';
import { airflowDir, findAirflow } from './engine/install.ts';
import { runOfDay } from './engine/runs.ts';

/*
 * What can be seen of the DAG in seconds: its source, read by any Python of 3.11; and where Airflow is installed already,
 * Airflow's own view of it and ruff's. `npm test` does not install Airflow for this: the runs are in `npm run test:analytics`.
 */
const execute = promisify(execFile);
const cacheDir = join(airflowDir, '../../../.spark/cache');
const order = ['ensure_partitions', 'rollup_days', 'check_counts', 'drop_old_partitions', 'refresh_statistics'];

function skip(context: TestContext, skipReason: string): never {
  Object.assign(context.task.meta, { skipReason });
  return context.skip(skipReason);
}

async function runPython(context: TestContext, script: string, ...args: readonly string[]): Promise<string> {
  const usable = await execute('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))']).then(
    () => true,
    () => false,
  );
  if (!usable) return skip(context, 'there is no python3 of 3.11 or newer to read the DAG');
  const env = { ...engineEnvironment({}), PYTHONDONTWRITEBYTECODE: '1' };
  const all = [join(airflowDir, 'testing', script), join(airflowDir, 'dags'), ...args];
  return (await execute('python3', all, { env })).stdout;
}

async function readStructure(context: TestContext) {
  const names = z.array(z.string());
  return z
    .object({
      settings: z.record(z.string(), z.string()),
      tasks: names,
      order: names,
      steps: names,
      functions: names,
      kinds: names,
    })
    .parse(JSON.parse(await runPython(context, 'read_structure.py')));
}

type Nats = 'there' | 'away' | 'streamless';
type Step = readonly ['task_failed' | 'task_succeeded' | 'run_failed' | 'run_succeeded', string, string, Nats];

/** What each callback told, `state group`, and which variables are left; every alert has one id from raised to cleared. */
async function tell(context: TestContext, ...steps: readonly Step[]) {
  const lines = (await runPython(context, 'tell_alerts.py', JSON.stringify(steps))).trim().split('\n');
  const line = z.array(
    z.object({ state: z.string(), group: z.string(), alertId: z.uuid(), clearedAt: z.string().nullable() }),
  );
  const told = lines.slice(0, -1).map((text) => line.parse(JSON.parse(text)));
  for (const { state, clearedAt } of told.flat()) expect(clearedAt !== null).toBe(state === 'cleared');
  const ids = Map.groupBy(told.flat(), ({ group }) => group);
  for (const alerts of ids.values()) expect(new Set(alerts.map(({ alertId }) => alertId)).size).toBe(1);
  return {
    told: told.map((alerts) => alerts.map(({ state, group }) => `${state} ${group}`)),
    left: z.array(z.string()).parse(JSON.parse(lines.at(-1) ?? '')),
  };
}

test('the DAG runs every step once, nothing is dropped before its figures were checked, and one run waits for the other', async (context) => {
  const { settings, tasks, steps, ...dag } = await readStructure(context);
  expect(dag.order).toEqual(order);
  expect([tasks.toSorted(), steps]).toEqual([order.toSorted(), order.toSorted()]);
  expect(settings).toMatchObject({ catchup: 'False', max_active_runs: '1', on_failure_callback: 'alerts.run_failed' });
  // What `backfill` asks for is what this schedule makes.
  expect([settings['schedule'], runOfDay('2026-10-31')]).toEqual(["'15 0 * * *'", '2026-11-01T00:15:00Z']);
});

test('its role may execute the functions that the steps call, and nothing else', async (context) => {
  const { functions } = await readStructure(context);
  const role = roleSpecs.find(({ name }) => name === 'spark_rollup');
  expect(role?.grants.map(({ privileges }) => privileges)).toEqual(['EXECUTE']);
  const granted = role?.grants.flatMap(({ on }) => on).map((name) => /^FUNCTION (\w+)\(/.exec(name)?.[1] ?? name);
  expect(functions).toEqual(granted?.toSorted());
});

test('what its alerts are about is known to the window, which says what to do', async (context) => {
  const { kinds } = await readStructure(context);
  expect(kinds).toEqual(alertKinds.airflow.toSorted());
});

test('an alert that could not be told is told by the next callback of any task, and ended once under the same id', async (context) => {
  expect(
    await tell(
      context,
      ['task_failed', 'ensure_partitions', '2026-05-03', 'away'],
      ['task_failed', 'rollup_days', '2026-05-03', 'away'],
      ['task_succeeded', 'check_counts', '2026-05-03', 'there'],
      ['task_succeeded', 'ensure_partitions', '2026-05-04', 'there'],
      // The end is not forgotten either.
      ['task_succeeded', 'rollup_days', '2026-05-04', 'away'],
      ['run_succeeded', 'check_counts', '2026-05-04', 'there'],
      ['task_succeeded', 'rollup_days', '2026-05-05', 'there'],
    ),
  ).toEqual({
    told: [
      [],
      [],
      ['raised d.ensure_partitions', 'raised d.rollup_days'],
      ['cleared d.ensure_partitions'],
      [],
      ['cleared d.rollup_days'],
      [],
    ],
    left: [],
  });
  // Over before anybody could hear of it: both are told.
  const failed = ['task_failed', 'rollup_days', '2026-05-03', 'away'] as const;
  expect(await tell(context, failed, ['task_succeeded', 'rollup_days', '2026-05-03', 'there'])).toEqual({
    told: [[], ['raised d.rollup_days', 'cleared d.rollup_days']],
    left: [],
  });
});

test('what no stream has is told until one has it', async (context) => {
  expect(
    await tell(
      context,
      ['run_failed', 'rollup_days', '2026-05-03', 'streamless'],
      ['task_succeeded', 'check_counts', '2026-05-04', 'there'],
      ['task_succeeded', 'check_counts', '2026-05-04', 'there'],
      ['run_succeeded', 'check_counts', '2026-05-04', 'streamless'],
      ['task_succeeded', 'check_counts', '2026-05-05', 'there'],
    ),
  ).toEqual({ told: [['raised d'], ['raised d'], [], ['cleared d'], ['cleared d']], left: [] });
});

test('a backfill of the past that succeeds does not end the alert of today', async (context) => {
  const over = await tell(
    context,
    ['task_failed', 'rollup_days', '2026-05-03', 'there'],
    // Nor does it when it failed too.
    ['task_failed', 'rollup_days', '2026-03-01', 'there'],
    ['task_succeeded', 'rollup_days', '2026-03-01', 'there'],
    ['task_succeeded', 'rollup_days', '2026-05-03', 'there'],
  );
  const raised = ['raised d.rollup_days'];
  expect(over).toEqual({ told: [raised, raised, [], ['cleared d.rollup_days']], left: [] });
});

test('Airflow reads it without an error, and ruff finds nothing', { timeout: 120_000 }, async (context) => {
  const python = await findAirflow(cacheDir);
  if (python === undefined)
    return skip(context, 'Airflow is not installed (`npm run test:analytics -- services/analytics/airflow` does it)');
  const home = await mkdtemp(join(tmpdir(), 'spark-airflow-'));
  try {
    const env = engineEnvironment({
      AIRFLOW_HOME: home,
      AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT: '100',
      PYTHONDONTWRITEBYTECODE: '1',
    });
    const run = (...args: string[]) => execute(python, args, { cwd: airflowDir, env });
    await run('-m', 'ruff', 'check', '--no-cache', '.');
    await run('-m', 'ruff', 'format', '--no-cache', '--check', '.');
    const { stdout } = await run(join('engine', 'check_dag.py'), '0');
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
      dag: 'spark_partitions_and_rollups',
      tasks: order,
      checkedDays: 0,
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
