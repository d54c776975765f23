import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { makeDatabase, type Database } from '../../database/index.ts';
import { DependencyError } from '../../shared/errors/index.ts';
import { readEnvironment } from '../../shared/node/config/index.ts';
import { runProgram, type Lifecycle } from '../../shared/node/lifecycle/index.ts';
import { makeLogger, type Logger } from '../../shared/node/logging/index.ts';
import {
  connectNats,
  ensureDurable,
  ensureStreams,
  natsFilesOf,
  type NatsLink,
} from '../../shared/node/messaging/index.ts';
import { checkCommand } from './check/commands.ts';
import { durableOptions, workers } from './consumer.ts';
import { dlqCommand } from './dlq/commands.ts';
import { runService } from './service.ts';
import { limitsOf, loadSettings, type Settings } from './settings.ts';
import { readyWithin } from './startup.ts';

const programName = 'spark-nats-consumer';
const program = new Command(programName)
  .description('Writes every SPARK event from NATS JetStream to PostgreSQL. Reads NATS_URL, SLATE_DB_* and SPARK_*.')
  .showHelpAfterError();

program
  .command('run')
  .description('consume until stopped; logs JSON lines on standard error, prints {"ready":true} on standard output')
  .action(() =>
    run((task) =>
      runService({
        ...task,
        maintenanceDatabase: makeDatabase({
          config: task.settings,
          logger: task.logger,
          lifecycle: task.lifecycle,
          applicationName: `${programName} maintenance`,
          // One works; the other tells the server to stop it.
          maxConnections: 2,
          statementTimeoutMs: 600_000,
        }),
        version: manifest.version,
        announce: (facts) => {
          console.log(JSON.stringify({ ready: true, ...facts }));
        },
      }),
    ),
  );

program
  .command('setup')
  .description('make or update the streams, the object store and the durable consumer; says what it changed')
  .option('--dry-run', 'change nothing and say what would be changed')
  .action(({ dryRun = false }: { readonly dryRun?: boolean }) =>
    ask(async ({ settings, link, lifecycle }) => {
      await readyWithin(10_000, link, lifecycle.signal);
      const changes = [
        ...(await ensureStreams(link, { replicas: settings.SPARK_NATS_REPLICAS, dryRun })),
        ...(await ensureDurable(link, { ...durableOptions(limitsOf(settings)), dryRun })),
      ];
      console.log(changes.length === 0 ? 'Nothing to change.' : changes.join('\n'));
    }),
  );

program.addCommand(
  checkCommand(
    (task) => {
      const logger = makeLogger({ name: programName, level: 'fatal' });
      return runProgram({ logger, run: (lifecycle) => task({ lifecycle, logger }) });
    },
    {
      version: manifest.version,
      say: (text) => {
        console.log(text);
      },
    },
  ),
);

program.addCommand(
  dlqCommand(
    (task) =>
      ask(async ({ link, lifecycle: { signal } }) => {
        await readyWithin(10_000, link, signal);
        return await task({ link, signal });
      }),
    {
      say: (text) => {
        console.log(text);
      },
      complain: (text) => {
        console.error(text);
      },
      write: (bytes) => {
        process.stdout.write(bytes);
      },
    },
  ),
);

program
  .command('version')
  .description('print the version')
  .action(() => {
    console.log(`${programName} ${manifest.version} (Node ${process.versions.node})`);
  });

interface Task {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly link: NatsLink;
  readonly database: Database;
  readonly lifecycle: Lifecycle;
}

/** A command that a person waits for: no log lines among its answer, and a server that is away is told in words. */
function ask(task: (given: Task) => Promise<number | void>): Promise<never> {
  return run(async (given) => {
    try {
      return await task(given);
    } catch (error) {
      // A bug keeps its stack.
      if (!(error instanceof DependencyError) || given.lifecycle.signal.aborted) throw error;
      console.error(error.message);
      return 1;
    }
  }, 'fatal');
}

function run(task: (given: Task) => Promise<number | void>, logLevel?: 'fatal'): Promise<never> {
  return runProgram({
    logger: makeLogger({ name: programName, level: logLevel ?? 'info' }),
    // A batch in the middle of its transaction may take as long as a statement may.
    deadlineMs: 25_000,
    run: async (lifecycle) => {
      const settings = loadSettings(readEnvironment());
      const logger = makeLogger({ name: programName, level: logLevel ?? settings.SPARK_LOG_LEVEL });
      const database = makeDatabase({
        config: settings,
        logger,
        lifecycle,
        applicationName: programName,
        // One for each worker and one for the probe of readiness: none waits for another.
        maxConnections: workers + 1,
      });
      const link = connectNats({ url: settings.NATS_URL, files: natsFilesOf(settings), name: programName, logger });
      lifecycle.own('nats', () => link.close());
      return await task({ settings, logger, link, database, lifecycle });
    },
  });
}

await program.parseAsync();
