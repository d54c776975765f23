import { Command, InvalidArgumentError } from 'commander';
import { loadConfig, readEnvironment } from '../../shared/node/config/index.ts';
import { runProgram } from '../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../shared/node/logging/index.ts';

/** A stand-in that listens on loopback. */
export interface StandIn {
  /** Where it is reached, and with what; printed when it is ready. */
  readonly ready: { readonly url: string } & Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

/** The command line that all stand-ins have in common: `--port` and `--help`. */
export function makeStandInCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--port <number>', 'port on 127.0.0.1; 0 takes a free one', wholeNumber(65_535), 0)
    .allowExcessArguments(false)
    .addHelpText(
      'after',
      '\nPrints one JSON line when it is ready: {"ready":true,"url":"…",…}\n' +
        'Ends on Ctrl-C. SPARK_LOG_LEVEL sets what it logs on standard error.',
    );
}

/** Parses an option's value. The command prints what is wrong with another, and exits with 1. */
export const wholeNumber =
  (max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value <= max) return value;
    throw new InvalidArgumentError(`must be a whole number from 0 to ${max}`);
  };

/** Runs a stand-in until a signal ends it. One JSON line on standard output says that it is ready. */
export async function runStandIn(command: Command, start: () => Promise<StandIn>): Promise<never> {
  const name = command.name();
  const logger = makeLogger({ name, level: 'info' });
  return await runProgram({
    logger,
    async run(lifecycle) {
      logger.level = loadConfig(readEnvironment(), ['SPARK_LOG_LEVEL']).SPARK_LOG_LEVEL;
      const standIn = await start();
      lifecycle.own(name, standIn.close);
      process.stdout.write(`${JSON.stringify({ ready: true, ...standIn.ready })}\n`);
      logger.info({ url: standIn.ready.url, simulated: true }, 'the stand-in is ready');
      await new Promise<void>((resolve) => lifecycle.signal.addEventListener('abort', () => resolve(), { once: true }));
    },
  });
}
