import process from 'node:process';
import { AppError } from '../../../shared/errors/index.ts';
import type { Lifecycle } from '../../../shared/node/lifecycle/index.ts';

/**
 * For programs that a person starts: a `stack_failed` is said in its own words on standard error, and the program ends
 * with 1. Everything else goes to the program's own reporting.
 */
export function sayingWhatFailed(
  run: (lifecycle: Lifecycle) => Promise<number | void>,
): (lifecycle: Lifecycle) => Promise<number | void> {
  return async (lifecycle) => {
    try {
      return await run(lifecycle);
    } catch (error) {
      if (lifecycle.signal.aborted || !(error instanceof AppError) || error.code !== 'stack_failed') throw error;
      process.stderr.write(`\n${error.message}\n`);
      return 1;
    }
  };
}
