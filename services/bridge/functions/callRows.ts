import type { SparkEvent } from '../../../shared/contracts/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import type { CallRun } from './callRun.ts';
import type { DirectWriter } from './directWrite.ts';

/**
 * The rows of a call's end on their way to the database. Nobody waits for them: the model goes on while they are written
 * (30 ms of every call on a busy machine).
 */
export interface CallRows {
  /** `keepMs`: what the journal took for the end; 0 when it was not measured. */
  readonly write: (run: CallRun, events: readonly SparkEvent[], keepMs: number) => void;
  /** Resolves when what was begun has ended. */
  readonly settled: () => Promise<void>;
}

export function makeCallRows(options: { readonly directWriter: DirectWriter; readonly logger: Logger }): CallRows {
  const { directWriter, logger } = options;
  const writing = new Set<Promise<void>>();

  async function writeRows(run: CallRun, events: readonly SparkEvent[], keepMs: number): Promise<void> {
    const databaseMs = await directWriter.write(events);
    if (keepMs === 0 && databaseMs === null) return;
    run.patch({
      timing: [
        ...run.view().timing,
        ...(keepMs === 0 ? [] : [{ step: 'keep', ms: keepMs }]),
        ...(databaseMs === null ? [] : [{ step: 'database', ms: databaseMs }]),
      ],
    });
  }

  return {
    write(run, events, keepMs) {
      const work = writeRows(run, events, keepMs)
        .catch((error: unknown) => {
          logger.error({ err: error, callId: run.view().callId }, 'the timing of a call could not be kept');
        })
        .finally(() => writing.delete(work));
      writing.add(work);
    },
    async settled() {
      await Promise.all(writing);
    },
  };
}
