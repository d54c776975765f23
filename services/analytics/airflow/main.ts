import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { databaseVariables } from '../../../database/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import { ConfigError, loadConfig, readEnvironment } from '../../../shared/node/config/index.ts';
import { runProgram, type Lifecycle } from '../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { runToEnd } from '../flink/engine/tool.ts';
import { airflowDir, installAirflow } from './engine/install.ts';
import { backfill, runOnce } from './engine/runs.ts';
import { startScheduler, type AirflowScheduler } from './engine/scheduler.ts';
import { airflowEnvironment } from './engine/settings.ts';

const cacheDir = join(import.meta.dirname, '../../../.spark/cache');
const say = (text: string): void => console.error(`… ${text}`);

const program = new Command('analytics:airflow')
  .description(
    "SPARK's daily run on Apache Airflow: months made ahead, days rolled and checked, old months dropped. " +
      'Reads SLATE_DB_*; the role is spark_rollup. NATS_URL, AIRFLOW_VAR_* and AIRFLOW__* are handed on.',
  )
  .showHelpAfterError();

interface HomeFlags {
  readonly home?: string;
}
const homeOption = ['--home <folder>', 'keep metadata and logs there; a temporary folder when left out'] as const;

program
  .command('run', { isDefault: true })
  .description('start a scheduler on this machine with the DAG in it, and run until stopped')
  .option(...homeOption)
  .option('--once', 'start one run for now, tell how each task ended, and end; exit code 1 unless all succeeded')
  .action((flags: HomeFlags & { readonly once?: true }) =>
    withScheduler(flags, async (scheduler, { signal }) => {
      if (flags.once !== true) {
        console.log(JSON.stringify({ ready: true, url: scheduler.rest.url }));
        console.error(
          `The scheduler runs. Airflow's own page: ${scheduler.rest.url} (admin, ${scheduler.passwordFile}). Stop with Ctrl-C.`,
        );
        await scheduler.watch(signal);
        return 0;
      }
      say('one run');
      const run = await runOnce(scheduler, new Date().toISOString(), signal);
      console.log(JSON.stringify(run));
      return run.state === 'success' ? 0 : 1;
    }),
  );

program
  .command('check')
  .description(
    'read the DAG and compare daily figures with their events; changes nothing, exit code 1 when a run would fail',
  )
  .option('--days <n>', 'how many days before today', parseDays, 7)
  .action(({ days }: { readonly days: number }) =>
    withAirflow({}, async ({ python, home, database }, { signal }) => {
      const said = await runToEnd({
        name: 'check',
        command: python,
        args: [join(airflowDir, 'engine', 'check_dag.py'), String(days)],
        cwd: home,
        env: airflowEnvironment({ home, database }),
        signal,
        code: 'airflow_failed',
      });
      console.log(said.trim().split('\n').at(-1));
      return 0;
    }),
  );

program
  .command('backfill')
  .description('roll past days again, one run per day through a scheduler of its own; exit code 1 when one failed')
  .requiredOption('--from <day>', 'first UTC day that is rolled', parseDay)
  .requiredOption('--to <day>', 'last UTC day that is rolled; not after yesterday', parseDay)
  .option(...homeOption)
  .action((flags: HomeFlags & { readonly from: string; readonly to: string }) => {
    if (flags.from > flags.to) program.error('--from must not be after --to.');
    return withScheduler(flags, async (scheduler, { signal }) => {
      const onProgress = (done: number, of: number): void => say(`${done} of ${of} days`);
      const { runs, failed } = await backfill(scheduler, flags, { signal, onProgress });
      console.log(JSON.stringify({ ok: failed === 0, from: flags.from, to: flags.to, runs, failed }));
      return failed === 0 ? 0 : 1;
    });
  });

interface Given {
  readonly python: string;
  readonly home: string;
  readonly database: ReturnType<typeof loadDatabase>;
}
function loadDatabase() {
  const config = loadConfig(readEnvironment(), databaseVariables);
  if (config.SLATE_DB_HOST === undefined)
    throw new ConfigError([{ path: 'SLATE_DB_HOST', message: 'must name the PostgreSQL primary' }]);
  return config;
}

function withAirflow(flags: HomeFlags, work: (given: Given, lifecycle: Lifecycle) => Promise<number>): Promise<never> {
  return runProgram({
    logger: makeLogger({ name: 'analytics-airflow', level: 'info' }),
    deadlineMs: 30_000,
    async run(lifecycle) {
      const database = loadDatabase();
      const install = await installAirflow({ cacheDir, signal: lifecycle.signal, onProgress: say });
      if ('missing' in install) throw new AppError('airflow_failed', `${install.missing}. Nothing was started.`);
      const home = flags.home === undefined ? await mkdtemp(join(tmpdir(), 'spark-airflow-')) : resolve(flags.home);
      if (flags.home === undefined) lifecycle.own('home', () => rm(home, { recursive: true, force: true }));
      return work({ python: install.python, home, database }, lifecycle);
    },
  });
}

function withScheduler(
  flags: HomeFlags,
  work: (scheduler: AirflowScheduler, lifecycle: Lifecycle) => Promise<number>,
): Promise<never> {
  return withAirflow(flags, async (given, lifecycle) => {
    say('starting the scheduler');
    const starting = startScheduler({ ...given, signal: lifecycle.signal });
    // Registered before it has started: a shutdown in between waits until the start has cleaned up after itself.
    lifecycle.own('airflow', async () => {
      const scheduler = await starting.catch(() => undefined);
      await scheduler?.stop();
    });
    return work(await starting, lifecycle);
  });
}

function parseDay(text: string): string {
  const day = new Date(`${text}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text)
    throw new InvalidArgumentError('It must be a day like 2026-11-23.');
  const today = new Date().toISOString().slice(0, 10);
  if (text >= today) throw new InvalidArgumentError(`It must have ended: before ${today} (UTC).`);
  return text;
}

function parseDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 366)
    throw new InvalidArgumentError('It must be a whole number from 1 to 366.');
  return days;
}

program.parse();
