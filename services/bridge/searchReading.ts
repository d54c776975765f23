import type { Logger } from '../../shared/node/logging/index.ts';
import type { Journal } from './journal/index.ts';

/** Everything is synchronous here: a slice is how long a window may have to wait for its answer. */
const sliceMs = 8;
/** Between two slices the program belongs to its work: reading takes a fifth of one processor. */
const pauseMs = 32;
/** A slice that failed, a full disk for one, is tried again after this. */
const restMs = 60_000;

/**
 * Reads what a journal of an earlier version has for the search, behind the work, until all is read or `stop`. Each slice
 * is kept when it ends.
 */
export function readForSearch(options: { readonly build: Journal['searchBuild']; readonly logger: Logger }): {
  readonly stop: () => void;
} {
  const { build, logger } = options;
  let timer: NodeJS.Timeout | undefined;
  const next = (ms: number): void => {
    timer = setTimeout(read, ms);
    timer.unref();
  };
  function read(): void {
    try {
      if (build.step(sliceMs)) next(pauseMs);
      else logger.info('older sessions were read for the search');
    } catch (error) {
      logger.warn({ err: error }, 'older sessions could not be read for the search; it is tried again');
      next(restMs);
    }
  }
  if (build.progress() !== null) {
    logger.info({ percent: build.progress() }, 'older sessions are read for the search');
    next(pauseMs);
  }
  return {
    stop() {
      clearTimeout(timer);
    },
  };
}
