import { loadConfig, readEnvironment } from '../../../../shared/node/config/index.ts';
import { runProgram, type Lifecycle } from '../../../../shared/node/lifecycle/index.ts';
import { makeLogger, type Logger } from '../../../../shared/node/logging/index.ts';
import { connectNats, natsFilesOf, type NatsLink } from '../../../../shared/node/messaging/index.ts';
import type { Pipes } from './session.ts';
import { taskVariables } from './variables.ts';

export interface StormTask {
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  readonly link: NatsLink;
  readonly rulesFile: string | undefined;
  readonly pipes: Pipes;
}

/**
 * A spout or bolt that needs NATS, as a process that Storm starts: it ends when Storm closes its input. A wrong
 * configuration is told whole on standard error, which Storm logs, with exit code 78.
 */
export function runOnStorm(name: string, task: (given: StormTask) => Promise<void>): Promise<never> {
  return runProgram({
    logger: makeLogger({ name, level: 'info' }),
    async run(lifecycle) {
      const settings = loadConfig(readEnvironment(), taskVariables, ['NATS_URL']);
      const logger = makeLogger({ name, level: settings.SPARK_LOG_LEVEL });
      const link = connectNats({ url: settings.NATS_URL, files: natsFilesOf(settings), name, logger });
      lifecycle.own('nats', () => link.close());
      const pipes = { input: process.stdin, output: process.stdout };
      await task({ lifecycle, logger, link, rulesFile: settings.SPARK_ALERT_RULES, pipes });
    },
  });
}
