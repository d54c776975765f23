import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { makeDatabase, type Database } from '../../database/index.ts';
import { DependencyError } from '../../shared/errors/index.ts';
import { readEnvironment } from '../../shared/node/config/index.ts';
import { retryUntilAborted, runProgram, type Lifecycle } from '../../shared/node/lifecycle/index.ts';
import { makeLogger, redactUrl, type Logger } from '../../shared/node/logging/index.ts';
import { connectNats, ensureDurable, ensureStreams, type NatsLink } from '../../shared/node/messaging/index.ts';
import { watchActivity } from './activity.ts';
import { checkAll } from './check.ts';
import { durableOptions, startConsumer, workers } from './consumer.ts';
import { makeMetrics } from './metrics.ts';
import { loadSettings, type Settings } from './settings.ts';

const programName = 'spark-nats-consumer';
const program = new Command(programName)
  .description('Writes every SPARK event from NATS JetStream to PostgreSQL. Reads NATS_URL, SLATE_DB_* and SPARK_*.')
  .showHelpAfterError();

program
  .command('run')
  .description('consume until stopped; logs JSON lines on standard error, prints {"ready":true} on standard output')
  .action(() =>
    run(async ({ settings, logger, link, database, lifecycle }) => {
      await waitForServers({ settings, logger, link, database, signal: lifecycle.signal });
      const consumer = startConsumer({
        link,
        database,
        logger,
        metrics: makeMetrics({ version: manifest.version }),
        activity: watchActivity(),
        ...limitsOf(settings),
        retentionDays: settings.SPARK_RETENTION_DAYS,
        onReady: () => {
          console.log(JSON.stringify({ ready: true }));
        },
      });
      lifecycle.own('consumer', () => consumer.stop());
      await consumer.done;
    }),
  );

program
  .command('setup')
  .description('make or update the streams, the object store and the durable consumer; says what it changed')
  .action(() =>
    run(async ({ settings, link, lifecycle }) => {
      await readyWithin(10_000, link, lifecycle.signal);
      const changes = [
        ...(await ensureStreams(link)),
        ...(await ensureDurable(link, durableOptions(limitsOf(settings)))),
      ];
      console.log(changes.length === 0 ? 'Nothing to change.' : changes.join('\n'));
    }),
  );

program
  .command('check')
  .description('test the configuration and every connection; exit code 1 when something is missing')
  .action(() =>
    run(async ({ link, database }) => {
      const lines = await checkAll({ link, database });
      console.log('ok    configuration');
      for (const { name, ok, detail } of lines) console.log(`${ok ? 'ok   ' : 'FAIL '} ${name}: ${detail}`);
      return lines.every(({ ok }) => ok) ? 0 : 1;
    }),
  );

program
  .command('version')
  .description('print the version')
  .action(() => {
    console.log(`${programName} ${manifest.version} (Node ${process.versions.node})`);
  });

const limitsOf = (settings: Settings) => ({
  maxBatch: settings.SPARK_CONSUMER_BATCH,
  ackWaitMs: settings.SPARK_CONSUMER_ACK_WAIT_S * 1_000,
});

interface Task {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly link: NatsLink;
  readonly database: Database;
  readonly lifecycle: Lifecycle;
}

function run(task: (given: Task) => Promise<number | void>): Promise<never> {
  return runProgram({
    logger: makeLogger({ name: programName, level: 'info' }),
    // A batch in the middle of its transaction may take as long as a statement may.
    deadlineMs: 25_000,
    run: async (lifecycle) => {
      const settings = loadSettings(readEnvironment());
      const logger = makeLogger({ name: programName, level: settings.SPARK_LOG_LEVEL });
      const database = makeDatabase({
        config: settings,
        logger,
        lifecycle,
        applicationName: programName,
        maxConnections: workers + 1,
      });
      const link = connectNats({ url: settings.NATS_URL, name: programName, logger });
      lifecycle.own('nats', () => link.close());
      return await task({ settings, logger, link, database, lifecycle });
    },
  });
}

/** A server may start after this service does; with SPARK_STRICT_STARTUP the first failure ends it instead. */
async function waitForServers(needs: Omit<Task, 'lifecycle'> & { readonly signal: AbortSignal }): Promise<void> {
  const { settings, logger, link, database, signal } = needs;
  const strict = settings.SPARK_STRICT_STARTUP;
  logger.info({ nats: redactUrl(settings.NATS_URL), database: settings.SLATE_DB_HOST }, 'starting');
  await (strict ? readyWithin(10_000, link, signal) : link.ready(signal));
  await retryUntilAborted(() => database.write((client) => client.run({ text: 'SELECT 1' })), {
    signal,
    isRetryable: () => !strict,
    capMs: 5_000,
    onRetry: (error, waitMs) => {
      logger.warn({ err: error, waitMs }, 'waiting for PostgreSQL');
    },
  });
}

/** Waits for NATS; at the limit the error is what keeps it away. */
async function readyWithin(limitMs: number, link: NatsLink, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.timeout(limitMs);
  try {
    await link.ready(AbortSignal.any([signal, limit]));
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error;
    const status = link.status();
    const why = status.kind === 'connecting' ? status.detail : status.kind;
    throw new DependencyError('nats_unavailable', `NATS_URL: not reached within ${limitMs / 1_000} s: ${why}.`, {
      retryable: true,
      cause: error,
    });
  }
}

await program.parseAsync();
