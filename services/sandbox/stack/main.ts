import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { loadConfig, readEnvironment } from '../../../shared/node/config/index.ts';
import { runProgram } from '../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { sayingWhatFailed } from './failure.ts';
import { makeAnalyticsRoles, migrateStack } from './migrate.ts';
import { entries } from './paths.ts';
import type { Account } from './roles.ts';
import { startStack } from './stack.ts';

const command = new Command('npm run stack --')
  .description(
    'Starts PostgreSQL (a primary and a streaming replica) and NATS (JetStream, WebSocket) on free ports of this ' +
      'machine, brings the schema up to date, prints the variables that reach them, and runs until Ctrl-C. ' +
      'Data stays in .spark/stacks; a second stack takes the next slot.',
  )
  .option('--json', 'print one JSON object on standard output when everything runs')
  .option('--state-dir <folder>', 'folder of the slots instead of .spark/stacks')
  .allowExcessArguments(false);
command.parse();
const { json = false, stateDir } = command.opts<{ json?: boolean; stateDir?: string }>();

const logger = makeLogger({ name: 'spark-stack', level: 'warn' });

await runProgram({
  logger,
  deadlineMs: 20_000,
  run: sayingWhatFailed(async (lifecycle) => {
    logger.level = loadConfig({ SPARK_LOG_LEVEL: 'warn', ...readEnvironment() }, ['SPARK_LOG_LEVEL']).SPARK_LOG_LEVEL;
    const started = performance.now();
    const starting = startStack({
      signal: lifecycle.signal,
      logger,
      onProgress: (message) => console.error(`… ${message}`),
      ...(stateDir === undefined ? {} : { stateDir }),
    });
    // Registered before it has started: a shutdown in between waits until the start has cleaned up after itself.
    lifecycle.own('stack', async () => {
      const stack = await starting.catch(() => undefined);
      await stack?.stop();
    });
    const stack = await starting;
    let analytics: { readonly replication: Account; readonly rollup: Account } | undefined;
    if (existsSync(entries.database)) {
      console.error('… bringing the schema up to date');
      await migrateStack(stack, lifecycle.signal);
      analytics = await makeAnalyticsRoles(stack, lifecycle.signal);
    }
    const { env, owner, consumer, readonly, ports, stateDir: slot } = stack;
    if (json)
      console.log(
        JSON.stringify({
          ready: true,
          env,
          owner,
          consumer,
          readonly,
          ...analytics,
          ports,
          stateDir: slot,
          pids: stack.pids(),
        }),
      );
    else {
      const lines = Object.entries(env).map(([name, value]) => `${name}=${value}`);
      console.error(
        `\nPostgreSQL, its replica and NATS run since ${Math.round(performance.now() - started)} ms.\n\n${lines.join('\n')}\n\n` +
          `Owner of the database: ${owner.user} ${owner.password}\n` +
          Object.values(analytics ?? {})
            .map(({ user, password }) => `Analytics: ${user} ${password}\n`)
            .join('') +
          `Logs and data: ${slot}\nStop with Ctrl-C.`,
      );
    }
    await new Promise<void>((resolve) => lifecycle.signal.addEventListener('abort', () => resolve(), { once: true }));
  }),
});
