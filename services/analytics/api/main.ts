import process from 'node:process';
import { Command } from 'commander';
import packageJson from '../../../package.json' with { type: 'json' };
import { makeReplicaReader } from '../../../database/index.ts';
import { readEnvironment } from '../../../shared/node/config/index.ts';
import { runProgram } from '../../../shared/node/lifecycle/index.ts';
import { leadsToJournal, makeJournalSink, makeLogger } from '../../../shared/node/logging/index.ts';
import { connectNats, natsFilesOf } from '../../../shared/node/messaging/index.ts';
import { maxRunning } from './answers.ts';
import { makeForward } from './forward.ts';
import { makeApiMetrics } from './metrics.ts';
import { startAnalyticsApi } from './server.ts';
import { loadSettings } from './settings.ts';
import { observeStored } from './storedGauges.ts';

const programName = 'spark-analytics-api';
const command = new Command(programName)
  .description(
    'Tells the figures of the stored events over HTTP, read from the replica alone. Reads SLATE_DB_*, SLATE_ANALYTICS_TOKEN ' +
      'and SPARK_ANALYTICS_*; with NATS_URL and SPARK_ALERTMANAGER_TOKEN it takes the alerts of Alertmanager to NATS.',
  )
  .option('--json', 'print one line {"ready":true,"url",…} on standard output when it listens')
  .version(packageJson.version);
command.parse();
const { json = false } = command.opts<{ json?: boolean }>();

await runProgram({
  logger: makeLogger({ name: programName, level: 'info' }),
  async run(lifecycle) {
    const settings = loadSettings(readEnvironment());
    const logger = makeLogger({
      name: programName,
      level: settings.SPARK_LOG_LEVEL,
      ...(leadsToJournal(settings.JOURNAL_STREAM) ? { sink: makeJournalSink() } : {}),
    });
    const reader = makeReplicaReader({
      config: settings,
      logger,
      lifecycle,
      applicationName: programName,
      // One for each question that runs, one for readiness and one for /metrics: none waits for another.
      maxConnections: maxRunning + 2,
      statementTimeoutMs: 10_000,
    });
    const link =
      settings.NATS_URL === undefined
        ? null
        : connectNats({ url: settings.NATS_URL, files: natsFilesOf(settings), name: programName, logger });
    if (link !== null) lifecycle.own('nats', () => link.close());
    const metrics = makeApiMetrics({ version: packageJson.version });
    observeStored(metrics.registry, { reader });
    const { url } = await startAnalyticsApi({
      reader,
      forward: makeForward(link),
      metrics,
      logger,
      lifecycle,
      address: settings.SPARK_ANALYTICS_HOST,
      port: settings.SPARK_ANALYTICS_PORT,
      token: settings.SLATE_ANALYTICS_TOKEN,
      alertmanagerToken: settings.SPARK_ALERTMANAGER_TOKEN,
      version: packageJson.version,
    });
    logger.info({ url }, 'the analytics API listens');
    console.log(
      json
        ? JSON.stringify({ ready: true, url, pid: process.pid })
        : `The analytics API is at ${url}\nStop it with Ctrl-C.`,
    );
    await new Promise<void>((resolve) => lifecycle.signal.addEventListener('abort', () => resolve(), { once: true }));
  },
});
