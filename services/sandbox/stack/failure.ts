import process from 'node:process';
import { AppError, type ErrorCode } from '../../../shared/errors/index.ts';
import type { Lifecycle } from '../../../shared/node/lifecycle/index.ts';

const ownReporting: ReadonlySet<ErrorCode> = new Set(['config_invalid', 'internal', 'invariant']);

/**
 * For programs that a person starts: an error of our own that names what is wrong outside of SPARK is said in its own
 * words on standard error, and the program ends with 1. Bugs and configuration go to the program's own reporting.
 */
export function sayingWhatFailed(
  run: (lifecycle: Lifecycle) => Promise<number | void>,
): (lifecycle: Lifecycle) => Promise<number | void> {
  return async (lifecycle) => {
    try {
      return await run(lifecycle);
    } catch (error) {
      if (lifecycle.signal.aborted || !(error instanceof AppError) || ownReporting.has(error.code)) throw error;
      process.stderr.write(`\n${error.message}\n`);
      return 1;
    }
  };
}
