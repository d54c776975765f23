import { join, resolve } from 'node:path';
import process from 'node:process';
import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { loadConfig, readLayers } from '../../shared/node/config/index.ts';
import { runProgram } from '../../shared/node/lifecycle/index.ts';
import { makeLogTail, makeLogger } from '../../shared/node/logging/index.ts';
import { bridgeVariables, makeSessionSecrets, openHostedBridge } from '../bridge/index.ts';
import { makeToken } from './access.ts';
import { startWebHost } from './host.ts';
import { makeWebMetrics } from './metrics.ts';

const command = new Command('spark-web')
  .description(
    'Serves the SPARK window to a browser on this machine, over the same API as the desktop app. ' +
      'Its configuration is read from environment variables (.env.example lists them); without Unity, a model or ' +
      'servers it runs with what there is.',
  )
  .option('--json', 'print one line {"ready":true,"url",…} on standard output when it listens')
  .version(packageJson.version);
command.parse();
const { json = false } = command.opts<{ json?: boolean }>();

const tail = makeLogTail();
const logger = makeLogger({ name: 'spark-web', level: 'info', sink: tail });
const hostVariables = ['SPARK_WEB_HOST', 'SPARK_WEB_PORT', 'SPARK_WEB_TOKEN', 'SPARK_LOG_LEVEL'] as const;

await runProgram({
  logger,
  async run(lifecycle) {
    const layers = readLayers();
    const config = loadConfig({ ...layers.file, ...layers.environment }, [...bridgeVariables, ...hostVariables]);
    logger.level = config.SPARK_LOG_LEVEL;
    const bridge = await openHostedBridge({
      layers,
      hostVariables,
      logger,
      lifecycle,
      hostKind: 'web',
      version: packageJson.version,
      // A browser's host has no store for secrets: what is entered in the window is forgotten with this process.
      secrets: makeSessionSecrets(),
      logLines: tail.lines,
      // Loaded when asked for: most people never start it.
      startStandIns: async (folder) => (await import('../sandbox/standIns.ts')).startStandIns(folder),
    });
    const host = await startWebHost({
      bridge,
      logger,
      lifecycle,
      rendererRoot: resolve(join(import.meta.dirname, '../../out/renderer')),
      address: config.SPARK_WEB_HOST,
      port: config.SPARK_WEB_PORT,
      token: config.SPARK_WEB_TOKEN ?? makeToken(),
      metrics: makeWebMetrics({ version: packageJson.version }),
    });
    if (!['127.0.0.1', '::1', 'localhost'].includes(config.SPARK_WEB_HOST)) {
      logger.warn(
        { address: config.SPARK_WEB_HOST },
        'other machines can reach this server, and the way is not encrypted',
      );
    }
    logger.info({ port: host.port, address: config.SPARK_WEB_HOST }, 'the web host listens');
    console.log(
      json
        ? JSON.stringify({ ready: true, url: host.url, port: host.port, pid: process.pid })
        : `SPARK is open at ${host.url}\nStop it with Ctrl-C.`,
    );
    await new Promise<void>((resolve) => lifecycle.signal.addEventListener('abort', () => resolve(), { once: true }));
  },
});
