import { AppError, DependencyError, toAppError } from '../../../shared/errors/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { inWritingOrder, isPassing, type AllOrNone } from './allOrNone.ts';
import type { ProjectFiles } from './files.ts';
import type { Ledger } from './ledger.ts';
import type { FileVersions, OpenSet, Standing, WriteSet, WriteSetStore } from './writeSetTypes.ts';

/**
 * Changes of several files, all or none beyond the process: the set is stored before its first file is written and
 * closed when all are written or all are put back. One that was cut off in the middle is taken up again by looking at
 * its files: whole as it is, or what is written of it is put back, each file under the precondition that it still is as
 * SPARK wrote it. What somebody changed since is left alone and named.
 */
export interface WriteSets {
  /** Keeps the set open while `work` runs, and after it when its outcome is not known. */
  readonly during: (set: WriteSet, work: () => Promise<AllOrNone>) => Promise<AllOrNone>;
  /** Rejects when a set cannot be finished now; it stays open. */
  readonly settleOpen: (signal: AbortSignal) => Promise<void>;
  /** The same before a new write; rejects with `unity_busy`. */
  readonly settleEarlier: (signal: AbortSignal) => Promise<void>;
  readonly isUnsettled: () => boolean;
}

export function makeWriteSets(deps: {
  readonly store: WriteSetStore;
  readonly ledger: Pick<Ledger, 'settleOpen'>;
  readonly files: Pick<ProjectFiles, 'shaFromUnity'>;
  /** Gives a file its text from before the change; rejects with `stale_file` when it is not as SPARK wrote it. */
  readonly putBack: (file: FileVersions, set: Pick<WriteSet, 'sessionId' | 'callId'>) => Promise<void>;
  readonly isHere: (sessionId: string) => boolean;
  readonly logger: Logger;
}): WriteSets {
  const { store, ledger, files, putBack, isHere, logger } = deps;
  const inFlight = new Set<string>();
  const openOnes = (): OpenSet[] =>
    store.open().filter(({ setId, sessionId }) => !inFlight.has(setId) && isHere(sessionId));

  async function settle(set: OpenSet, signal: AbortSignal): Promise<void> {
    const written: FileVersions[] = [];
    const standing: Standing[] = [];
    for (const { file, applied } of set.files) {
      const sha256 = await files.shaFromUnity(file.path, signal);
      if (sha256 === file.sha256After) written.push(file);
      else if (sha256 !== file.sha256Before && applied) standing.push({ path: file.path, why: changedSince });
    }
    if (written.length + standing.length === set.files.length) {
      store.settle(set.setId, []);
      logger.info({ setId: set.setId, files: written.length }, 'a change of several files was found whole');
      return;
    }
    for (const file of inWritingOrder(written).toReversed()) {
      try {
        await putBack(file, set);
      } catch (error) {
        const { code, message } = toAppError(error);
        if (isPassing(code)) throw error;
        standing.push({ path: file.path, why: code === 'stale_file' ? changedSince : message });
      }
    }
    store.settle(set.setId, standing);
    logger.info({ setId: set.setId, standing }, 'a change of several files that was cut off was put back');
  }

  async function settleOpen(signal: AbortSignal): Promise<void> {
    if (openOnes().length === 0) return;
    // What each write came to must be known first.
    await ledger.settleOpen(signal);
    for (const set of openOnes()) await settle(set, signal);
  }

  return {
    settleOpen,
    isUnsettled: () => openOnes().length > 0,
    async during(set, work) {
      store.begin(set);
      inFlight.add(set.setId);
      try {
        const outcome = await work();
        store.settle(set.setId, outcome.kind === 'applied' ? [] : outcome.standing);
        return outcome;
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'unity_unsettled')) store.settle(set.setId, []);
        throw error;
      } finally {
        inFlight.delete(set.setId);
      }
    },
    async settleEarlier(signal) {
      try {
        await settleOpen(signal);
      } catch (error) {
        throw new DependencyError(
          'unity_busy',
          'An earlier change of several files is not finished yet, and Unity cannot be asked now. Nothing was written; try again when it answers.',
          { retryable: true, cause: error },
        );
      }
    },
  };
}

const changedSince = 'it was changed by somebody else since';
