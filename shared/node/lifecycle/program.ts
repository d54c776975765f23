import process from 'node:process';
import { ConfigError, configExitCode } from '../config/index.ts';
import type { Logger } from '../logging/index.ts';
import { makeLifecycle, type Lifecycle } from './lifecycle.ts';

export interface Program {
  readonly logger: Logger;
  readonly deadlineMs?: number;
  /** Runs until it returns (exit code 0, or the number it returns) or until a signal ends it. */
  readonly run: (lifecycle: Lifecycle) => Promise<number | void>;
}

/**
 * Runs a command-line program: SIGINT, SIGTERM and SIGHUP shut it down in order (exit 130, 143 or 129); a second signal
 * ends it at once. A ConfigError is printed whole and exits with 78; any other error is logged and exits with 1.
 */
export async function runProgram(program: Program): Promise<never> {
  const { logger } = program;
  const lifecycle = makeLifecycle({
    logger,
    ...(program.deadlineMs === undefined ? {} : { deadlineMs: program.deadlineMs }),
  });
  const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  let signalled = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    const code = signal in exitCodes ? exitCodes[signal as keyof typeof exitCodes] : 1;
    if (signalled) process.exit(code);
    signalled = true;
    logger.info({ signal }, 'shutting down');
    void lifecycle.shutdown(signal).then(() => process.exit(code));
  };
  for (const signal of Object.keys(exitCodes)) process.on(signal as NodeJS.Signals, onSignal);
  process.on('unhandledRejection', (reason) => {
    logger.fatal({ err: reason }, 'unhandled rejection');
    void lifecycle.shutdown('unhandled rejection').then(() => process.exit(1));
  });

  let code = 0;
  try {
    code = (await program.run(lifecycle)) ?? 0;
  } catch (error) {
    if (!signalled) code = report(error, logger);
  }
  if (signalled) return await new Promise<never>(() => undefined);
  await lifecycle.shutdown('done');
  process.exit(code);
}

function report(error: unknown, logger: Logger): number {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    return configExitCode;
  }
  logger.fatal({ err: error }, error instanceof Error ? error.message : 'failed');
  return 1;
}
