import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { makeDatabase, type Database } from '../../database/index.ts';
import { DependencyError } from '../../shared/errors/index.ts';
import { readEnvironment } from '../../shared/node/config/index.ts';
import { runProgram, type Lifecycle } from '../../shared/node/lifecycle/index.ts';
import { leadsToJournal, makeJournalSink, makeLogger, type Logger } from '../../shared/node/logging/index.ts';
import { connectNats, natsFilesOf, type NatsLink } from '../../shared/node/messaging/index.ts';
import { checkCommand } from './check/commands.ts';
import { workers } from './consumer.ts';
import { dlqCommand } from './dlq/commands.ts';
import { runService } from './service.ts';
import { loadSettings, type Settings } from './settings.ts';
import { setupCommand } from './setup/commands.ts';
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

program.addCommand(
  setupCommand(quietly, {
    say: (text) => {
      console.log(text);
    },
  }),
);

program.addCommand(
  checkCommand(quietly, {
    version: manifest.version,
    say: (text) => {
      console.log(text);
    },
  }),
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

/** A command that a person waits for, without the servers: it opens them itself. */
function quietly(
  task: (given: { readonly lifecycle: Lifecycle; readonly logger: Logger }) => Promise<number>,
): Promise<never> {
  const logger = makeLogger({ name: programName, level: 'fatal' });
  return runProgram({
    logger,
    run: (lifecycle) => inWords(lifecycle, () => task({ lifecycle, logger })),
  });
}

/** A server that is away is told in words; a bug keeps its stack. */
async function inWords<T>({ signal }: Lifecycle, task: () => Promise<T>): Promise<T | number> {
  try {
    return await task();
  } catch (error) {
    if (!(error instanceof DependencyError) || signal.aborted) throw error;
    console.error(error.message);
    return 1;
  }
}

/** A command that a person waits for: no log lines among its answer, and a server that is away is told in words. */
function ask(task: (given: Task) => Promise<number | void>): Promise<never> {
  return run((given) => inWords(given.lifecycle, () => task(given)), 'fatal');
}

function run(task: (given: Task) => Promise<number | void>, logLevel?: 'fatal'): Promise<never> {
  return runProgram({
    logger: makeLogger({ name: programName, level: logLevel ?? 'info' }),
    // A batch in the middle of its transaction may take as long as a statement may.
    deadlineMs: 25_000,
    run: async (lifecycle) => {
      const settings = loadSettings(readEnvironment());
      const logger = makeLogger({
        name: programName,
        level: logLevel ?? settings.SPARK_LOG_LEVEL,
        ...(leadsToJournal(settings.JOURNAL_STREAM) ? { sink: makeJournalSink() } : {}),
      });
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

// No await: the packaged program is one CommonJS file, which has none at its top.
void program.parseAsync();
