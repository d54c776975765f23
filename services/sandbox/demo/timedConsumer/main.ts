import manifest from '../../../../package.json' with { type: 'json' };
import { makeDatabase } from '../../../../database/index.ts';
import { readEnvironment } from '../../../../shared/node/config/index.ts';
import { runProgram } from '../../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../../shared/node/logging/index.ts';
import { connectNats, natsFilesOf } from '../../../../shared/node/messaging/index.ts';
import { workers } from '../../../consumer/consumer.ts';
import { runService } from '../../../consumer/service.ts';
import { loadSettings } from '../../../consumer/settings.ts';
import { asRecorded } from './recordedAt.ts';

/*
 * The consumer as it is, but for one thing: a message counts as recorded when its header says. JetStream stamps messages by
 * its own clock alone, and nobody waits ten minutes for windows of ten minutes to be over.
 */
const name = 'spark-nats-consumer';
await runProgram({
  logger: makeLogger({ name, level: 'info' }),
  deadlineMs: 25_000,
  async run(lifecycle) {
    const settings = loadSettings(readEnvironment());
    const logger = makeLogger({ name, level: settings.SPARK_LOG_LEVEL });
    const common = { config: settings, logger, lifecycle };
    const link = connectNats({ url: settings.NATS_URL, files: natsFilesOf(settings), name, logger });
    lifecycle.own('nats', () => link.close());
    await runService({
      settings,
      logger,
      link,
      lifecycle,
      database: makeDatabase({ ...common, applicationName: name, maxConnections: workers + 1 }),
      maintenanceDatabase: makeDatabase({
        ...common,
        applicationName: `${name} maintenance`,
        maxConnections: 2,
        statementTimeoutMs: 600_000,
      }),
      version: manifest.version,
      takeFor: asRecorded,
      announce: (facts) => console.log(JSON.stringify({ ready: true, ...facts })),
    });
  },
});
