import { Command } from 'commander';
import { DependencyError } from '../shared/errors/index.ts';
import { loadConfig, readEnvironment } from '../shared/node/config/index.ts';
import { runProgram, type Lifecycle } from '../shared/node/lifecycle/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { parseDay, parseLimit, parseMonths, parseSeconds, parseTime } from './arguments.ts';
import { makeDatabase, type Database } from './database.ts';
import { migrate, readSchemaStatus } from './migrate.ts';
import { databaseVariables } from './pool.ts';
import { listDaysDue } from './queries/daily.ts';
import { ensureMonthsAhead, listPartitions } from './queries/partitions.ts';
import { dropMonthsBefore } from './retention.ts';
import { applyRoles, readRolesPlan } from './roles/apply.ts';
import { askPassword } from './roles/askPassword.ts';
import { passwordVariables, roleSpecs } from './roles/grants.ts';
import { formatVerifyReport, verifyDatabase } from './verify.ts';

const program = new Command('spark-db')
  .description('SPARK database: migrations, partitions and rollups. Run as the owner of the tables (SLATE_DB_*).')
  .showHelpAfterError();

program
  .command('migrate')
  .description('apply what is missing of the schema; safe to start many times at once')
  .action(() =>
    run(async ({ config, logger }) => {
      const done = await migrate(config, logger);
      console.log(done.length === 0 ? 'The schema is up to date.' : done.map((name) => `applied ${name}`).join('\n'));
    }),
  );

program
  .command('status')
  .description('show which migrations are applied; exit code 1 when any is pending or unknown')
  .action(() =>
    run(async ({ config, logger }) => {
      const { applied, pending, unknown } = await readSchemaStatus(config, logger);
      for (const name of applied) console.log(`applied  ${name}`);
      for (const name of pending) console.log(`pending  ${name}`);
      for (const name of unknown) console.log(`unknown  ${name} (the database is newer than this program)`);
      return pending.length + unknown.length === 0 ? 0 : 1;
    }),
  );

program
  .command('partitions')
  .description('make the monthly partitions of spark_events that are missing, or drop old ones, then list all')
  .option('--ahead <months>', 'how many months after this one', parseMonths, 3)
  .option(
    '--drop-before <day>',
    'drop the months that end on or before this UTC day; their daily figures stay',
    parseDay,
  )
  .option('--patience <seconds>', 'how long a month that is in use is tried again', parseSeconds, 600)
  .action((options: { readonly ahead: number; readonly dropBefore?: string; readonly patience: number }) =>
    run(async ({ database, lifecycle }) => {
      const { dropBefore: day } = options;
      if (day !== undefined) {
        const patienceMs = options.patience * 1_000;
        const onProgress = (line: string) => console.error(line);
        await dropMonthsBefore({ database, day, patienceMs, signal: lifecycle.signal, onProgress });
      }
      await database.write(async (client) => {
        console.log(`${await ensureMonthsAhead(client, options.ahead)} made`);
        for (const { name, bounds, bytes } of await listPartitions(client)) {
          console.log(`${name}  ${bounds}  ${Math.ceil(bytes / 1024)} KiB`);
        }
      });
    }),
  );

program
  .command('rollup')
  .description('roll usage, errors and events of one UTC day, or of all that need it, into the daily tables')
  .argument('[day]', 'YYYY-MM-DD', parseDay)
  .option('--due', 'every day with events written since it was rolled last')
  .action((day: string | undefined, options: { readonly due?: true }, command: Command) => {
    if ((day === undefined) === (options.due === undefined)) command.error('Name one day, or pass --due.');
    return run(async ({ database, lifecycle }) => {
      const days = day === undefined ? await database.write((client) => listDaysDue(client)) : [{ day }];
      for (const { day: rolled } of days) {
        lifecycle.signal.throwIfAborted();
        for (const { rollup, rows } of await database.rollupDay(rolled))
          console.log(`${rolled}  ${rollup}  ${rows} rows`);
      }
      if (days.length === 0) console.log('No day needs it.');
    });
  });

program
  .command('verify')
  .description('compare what is stored with what must be there; exit code 1 when something is missing')
  .option('--since <time>', 'a UTC day or an ISO 8601 time; 7 days ago when left out', parseTime)
  .option('--settle <seconds>', 'how long an event may be on its way', parseSeconds, 60)
  .option('--limit <n>', 'how many of each kind are listed', parseLimit, 20)
  .option('--json', 'print one JSON object')
  .action((options: VerifyFlags) =>
    run(async ({ database }) => {
      const since = options.since ?? new Date(Date.now() - 7 * 86_400_000).toISOString();
      const window = { since, settleSeconds: options.settle, limit: options.limit };
      const report = await database.write((client) => verifyDatabase(client, window));
      console.log(options.json ? JSON.stringify(report) : formatVerifyReport(report, options.limit));
      return report.ok ? 0 : 1;
    }),
  );

program
  .command('roles')
  .description(
    'make or update the roles, their grants and the publication of the change stream; run as an admin. Passwords come ' +
      'from SPARK_{OWNER,CONSUMER,APP,READONLY,REPLICATION,ROLLUP}_DB_PASSWORD or are asked for; exit code 1 when something is missing',
  )
  .option('--dry-run', 'print the SQL, with passwords hidden, and change nothing')
  .action((options: { readonly dryRun?: true }) =>
    run(async ({ database }) => {
      const secrets = loadConfig(readEnvironment(), passwordVariables);
      const passwords = Object.fromEntries(
        roleSpecs.flatMap(({ name, password }) => (secrets[password] === undefined ? [] : [[name, secrets[password]]])),
      );
      const plan = await database.write(async (client) => {
        const wanted = await readRolesPlan(client, passwords, options.dryRun ? nobody : askPassword);
        if (!options.dryRun) await applyRoles(client, wanted);
        return wanted;
      });
      for (const { shown } of plan.statements) console.log(`${options.dryRun ? '' : 'done  '}${shown};`);
      for (const note of plan.notes) console.error(`note  ${note}`);
      for (const missing of plan.missing) console.error(`FAIL  ${missing}`);
      return plan.missing.length === 0 ? 0 : 1;
    }),
  );

interface VerifyFlags {
  readonly since?: string;
  readonly settle: number;
  readonly limit: number;
  readonly json?: true;
}

interface Task {
  readonly config: ReturnType<typeof readConfig>;
  readonly logger: ReturnType<typeof makeLogger>;
  readonly database: Database;
  readonly lifecycle: Lifecycle;
}

function run(task: (given: Task) => Promise<number | void>): Promise<never> {
  return runProgram({
    logger: makeLogger({ name: 'spark-db', level: 'warn' }),
    run: async (lifecycle) => {
      const config = readConfig();
      const logger = makeLogger({ name: 'spark-db', level: config.SPARK_LOG_LEVEL });
      // Maintenance may take as long as it takes; the operator can interrupt it.
      const database = makeDatabase({
        config,
        logger,
        lifecycle,
        applicationName: 'spark-db',
        statementTimeoutMs: 3_600_000,
      });
      try {
        return await task({ config, logger, database, lifecycle });
      } catch (error) {
        // Somebody waits at this command: what is wrong with the server is said in words, a bug with its stack.
        if (!(error instanceof DependencyError) || lifecycle.signal.aborted) throw error;
        console.error(error.message);
        return 1;
      }
    },
  });
}

const nobody = (): Promise<undefined> => Promise.resolve(undefined);

function readConfig() {
  return loadConfig(readEnvironment(), [...databaseVariables, 'SPARK_LOG_LEVEL'], ['SLATE_DB_HOST']);
}

// No await: the packaged program is one CommonJS file, which has none at its top.
void program.parseAsync();
