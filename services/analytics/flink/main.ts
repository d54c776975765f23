import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import {
  compareWindows,
  databaseVariables,
  findWindowsStart,
  makeDatabase,
  windowLatenessSeconds as latenessSeconds,
  type WindowComparison,
} from '../../../database/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import { ConfigError, loadConfig, readEnvironment } from '../../../shared/node/config/index.ts';
import { runProgram, type Lifecycle } from '../../../shared/node/lifecycle/index.ts';
import { makeLogger, type Logger } from '../../../shared/node/logging/index.ts';
import { installFlink } from './engine/install.ts';
import { makeJobScript } from './job/script.ts';
import { hourOf, slotName as slot } from './job/start.ts';
import { startWindowsJob } from './job/windowsJob.ts';
import { wordsOf } from './words.ts';

const repositoryDir = join(import.meta.dirname, '../../..');
const checkpointSeconds = 10;

const program = new Command('analytics:flink')
  .description(
    "SPARK's windows on Apache Flink: what happened per minute and hour, counted from the change stream of PostgreSQL. " +
      'Reads SLATE_DB_*; the role is spark_replication.',
  )
  .showHelpAfterError();

interface RunFlags {
  readonly since?: Date;
  readonly stateDir: string;
  readonly cacheDir: string;
  readonly parallelism: number;
  readonly metricsPort?: number;
}
program
  .command('run', { isDefault: true })
  .description('start a Flink cluster on this machine with the job in it, and run until stopped')
  .option('--since <time>', 'count anew from this hour on (ISO 8601), whatever is there', parseTime)
  .option('--state-dir <folder>', 'checkpoints and logs', join(repositoryDir, '.spark', 'flink'))
  .option('--cache-dir <folder>', 'where Flink itself is kept, 500 MB', join(repositoryDir, '.spark', 'cache'))
  .option('--parallelism <n>', 'of the windows; reading and sorting out is one', parseCount, 1)
  .option(
    '--metrics-port <port>',
    "Flink's metrics for Prometheus: here the job manager, one above the task manager",
    parsePort,
  )
  .action((flags: RunFlags) => withDatabase((given) => run(given, flags)));

program
  .command('check')
  .description(
    'compare the closed windows with the stored events; exit code 1 when a figure differs or windows are missing',
  )
  .option(
    '--since <time>',
    'from this hour on (ISO 8601); 24 hours ago when left out, or the first that was counted',
    parseTime,
  )
  .option('--json', 'print one JSON object')
  .action((flags: { readonly since?: Date; readonly json?: true }) =>
    withDatabase(async ({ database }) => {
      const since = flags.since ?? checkedSince(await database.write((client) => findWindowsStart(client)));
      const found: WindowComparison[] = [];
      for (const grain of ['minute', 'hour'] as const)
        found.push(await database.write((client) => compareWindows(client, { grain, since: hourOf(since) })));
      const ok = found.every(({ differences }) => differences.length === 0);
      console.log(flags.json === true ? JSON.stringify({ ok, compared: found }) : found.map(wordsOf).join('\n'));
      return ok ? 0 : 1;
    }),
  );

program
  .command('sql')
  .description('print the job for the SQL client of another Flink cluster, with the password of SLATE_DB_PASSWORD')
  .requiredOption('--since <time>', 'first hour that is counted (ISO 8601)', parseTime)
  .requiredOption('--state-uri <uri>', 'folder of checkpoints that every machine of the cluster reaches')
  .option('--restore <uri>', 'checkpoint or savepoint to go on from')
  .option('--parallelism <n>', 'of the windows; reading and sorting out is one', parseCount, 1)
  .action((flags: { since: Date; stateUri: string; restore?: string; parallelism: number }) => {
    const { stateUri, parallelism, restore: restoreFrom } = flags;
    const job = { slot, stateUri, latenessSeconds, checkpointSeconds, parallelism, restoreFrom };
    return runProgram({
      logger: makeLogger({ name: 'analytics-flink', level: 'warn' }),
      run: async () => {
        console.log(makeJobScript({ ...job, database: loadDatabase(), since: hourOf(flags.since) }));
        await Promise.resolve();
      },
    });
  });

/** On the first day the events of before the first window are in none. */
function checkedSince(first: Date | null): Date {
  const aDayAgo = new Date(Date.now() - 86_400_000);
  return first !== null && first > aDayAgo ? first : aDayAgo;
}

type DatabaseSettings = ReturnType<typeof loadDatabase>;
function loadDatabase() {
  const config = loadConfig(readEnvironment(), databaseVariables);
  if (config.SLATE_DB_HOST === undefined)
    throw new ConfigError([{ path: 'SLATE_DB_HOST', message: 'must name the PostgreSQL primary' }]);
  return config;
}

interface Given {
  readonly config: DatabaseSettings;
  readonly database: ReturnType<typeof makeDatabase>;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
}
function withDatabase(work: (given: Given) => Promise<number | void>): Promise<never> {
  const logger = makeLogger({ name: 'analytics-flink', level: 'info' });
  return runProgram({
    logger,
    deadlineMs: 40_000,
    run: (lifecycle) => {
      const config = loadDatabase();
      const options = { config, logger, lifecycle, applicationName: 'analytics-flink' };
      return work({ config, logger, lifecycle, database: makeDatabase({ ...options, statementTimeoutMs: 600_000 }) });
    },
  });
}

async function run({ config, database, logger, lifecycle }: Given, flags: RunFlags): Promise<void> {
  const { signal } = lifecycle;
  const install = await installFlink({
    cacheDir: flags.cacheDir,
    signal,
    onProgress: (text) => console.error(`… ${text}`),
  });
  if ('missing' in install) throw new AppError('flink_failed', install.missing);
  console.error('… starting Flink and the job');
  const starting = startWindowsJob(
    {
      home: install.home,
      stateDir: flags.stateDir,
      config,
      database,
      logger,
      slot,
      since: flags.since,
      latenessSeconds,
      checkpointSeconds,
      parallelism: flags.parallelism,
      metricsPort: flags.metricsPort,
    },
    signal,
  );
  // Registered before it has started: a shutdown in between waits until the start has cleaned up after itself.
  lifecycle.own('flink', async () => {
    const job = await starting.catch(() => undefined);
    await job?.stop();
  });
  const job = await starting;
  const { plan, cluster } = job;
  console.log(JSON.stringify({ ready: true, start: plan.kind, since: plan.since, url: cluster.rest.url }));
  console.error(`The windows are counted. Flink's own page: ${cluster.rest.url}. Stop with Ctrl-C.`);
  await job.watch(signal);
}

function parseTime(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('It must be a time like 2026-11-23T18:00:00Z.');
  return time;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 128)
    throw new InvalidArgumentError('It must be a whole number from 1 to 128.');
  return count;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1_024 || port > 65_534)
    throw new InvalidArgumentError('It must be a whole number from 1024 to 65534.');
  return port;
}

program.parse();
