import { AppError, DependencyError } from '../../../shared/errors/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { toUnityError, type Failure } from './failures.ts';
import type { ProjectFiles } from './files.ts';
import type { LedgerEntry, LedgerStore } from './types.ts';

/**
 * A write happens once or not at all, and the store says which. The intent is stored before the write is sent. A lost
 * reply is settled by reading the file through the editor: it has the intended sha (applied), the sha from before (not
 * applied, so it may be sent again), or another one (somebody else wrote: shown, never overwritten). Sending again is
 * harmless by itself, too: a creation fails on an existing file and an edit on its precondition.
 * A refusal is checked against the file as well, because Unity may throw after it has written. And no write to a file
 * begins while an earlier one to it is open: what the file is afterwards could not tell the two apart.
 */
export interface Ledger {
  /**
   * Resolves when the file has the intended text. Rejects with `stale_file` (changed by somebody else), with the refusal
   * of Unity, or with `unity_unsettled` when the file could not be read: then the entry stays open. With `unity_busy`,
   * and nothing stored or sent, when an earlier write to the file cannot be settled now.
   */
  readonly write: (
    entry: LedgerEntry,
    send: (signal: AbortSignal) => Promise<Sent>,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Settles what an earlier run, or a lost connection, left open; entries of writes in flight are left alone. */
  readonly settleOpen: (signal: AbortSignal) => Promise<void>;
  /** Whether the outcome of some write is not known now. */
  readonly isUnsettled: () => boolean;
}

/** What came of sending; a reply says only that there was one. */
export type Sent = Failure | { readonly kind: 'reply' };

const maxSends = 3;

export function makeLedger(deps: {
  readonly store: LedgerStore;
  readonly files: Pick<ProjectFiles, 'sha' | 'shaFromUnity'>;
  readonly logger: Logger;
  /** Whether an entry's file lies in the project that the editor has open; all of them when left out. */
  readonly isHere?: (entry: LedgerEntry) => boolean;
}): Ledger {
  const { store, files, logger, isHere = () => true } = deps;
  const inFlight = new Set<string>();
  /** Writes whose file is being read because no reply came. */
  let unsettled = 0;

  type Verdict = { readonly outcome: 'applied' | 'not_applied' | 'foreign'; readonly sha256: string | null };

  function judge(entry: LedgerEntry, sha256: string | null): Verdict {
    if (sha256 === entry.sha256After) return { outcome: 'applied', sha256 };
    return { outcome: sha256 === entry.sha256Before ? 'not_applied' : 'foreign', sha256 };
  }

  function conclude(entry: LedgerEntry, { outcome, sha256 }: Verdict): void {
    store.settle(entry.writeId, outcome, sha256);
  }

  /** Reads the file to see what became of a write; rejects with `unity_unsettled` when that is not possible. */
  async function readVerdict(entry: LedgerEntry, confirmed: boolean, signal: AbortSignal): Promise<Verdict> {
    if (!confirmed) unsettled += 1;
    try {
      const sha = confirmed ? files.sha : files.shaFromUnity;
      return judge(entry, await sha(entry.path, signal));
    } catch (error) {
      throw new DependencyError(
        'unity_unsettled',
        `Unity did not confirm the write to ${entry.path} and cannot be asked now. SPARK finds out as soon as it answers.`,
        { retryable: false, data: { writeId: entry.writeId, path: entry.path }, cause: error },
      );
    } finally {
      if (!confirmed) unsettled -= 1;
    }
  }

  async function deliver(
    entry: LedgerEntry,
    send: (signal: AbortSignal) => Promise<Sent>,
    signal: AbortSignal,
  ): Promise<void> {
    for (let sends = 1; ; sends += 1) {
      let result: Sent;
      try {
        result = await send(signal);
      } catch (error) {
        conclude(entry, { outcome: 'not_applied', sha256: entry.sha256Before });
        throw error;
      }
      const refusal = refusalOf(result);
      if (refusal?.reached === false && sends === 1) {
        conclude(entry, { outcome: 'not_applied', sha256: entry.sha256Before });
        throw refusal.error;
      }
      const verdict = await readVerdict(entry, result.kind === 'reply', signal);
      if (verdict.outcome === 'applied') {
        conclude(entry, verdict);
        if (result.kind !== 'reply') logger.info({ path: entry.path, sends }, 'a lost write was found applied');
        return;
      }
      if (refusal !== undefined && sends === 1) {
        // Another text than both is then the reason of the refusal, not this write's doing.
        conclude(entry, { ...verdict, outcome: 'not_applied' });
        throw refusal.error;
      }
      if (verdict.outcome === 'foreign') {
        conclude(entry, verdict);
        throw foreign(entry, verdict.sha256);
      }
      if (result.kind === 'reply' || refusal !== undefined || sends >= maxSends) {
        conclude(entry, verdict);
        throw refusal?.error ?? notWritten(entry);
      }
      logger.info({ path: entry.path, sends, why: result.kind }, 'a lost write was not applied; sending it again');
    }
  }

  const openOnes = (): LedgerEntry[] => store.open().filter((entry) => !inFlight.has(entry.writeId) && isHere(entry));

  async function settle(entry: LedgerEntry, signal: AbortSignal): Promise<void> {
    const verdict = await readVerdict(entry, false, signal);
    if (inFlight.has(entry.writeId)) return;
    conclude(entry, verdict);
    logger.info({ writeId: entry.writeId, path: entry.path, outcome: verdict.outcome }, 'an open write was settled');
  }

  async function settleEarlier(path: string, signal: AbortSignal): Promise<void> {
    for (const entry of openOnes().filter((open) => open.path.toLowerCase() === path.toLowerCase())) {
      try {
        await settle(entry, signal);
      } catch (error) {
        throw new DependencyError(
          'unity_busy',
          `An earlier write to ${path} is not settled yet, and Unity cannot be asked now. Nothing was written; try again when it answers.`,
          { retryable: true, data: { path, writeId: entry.writeId }, cause: error },
        );
      }
    }
  }

  return {
    isUnsettled: () => unsettled > 0 || openOnes().length > 0,
    async write(entry, send, signal) {
      await settleEarlier(entry.path, signal);
      store.intend(entry);
      inFlight.add(entry.writeId);
      try {
        await deliver(entry, send, signal);
      } finally {
        inFlight.delete(entry.writeId);
      }
    },
    async settleOpen(signal) {
      for (const entry of openOnes()) await settle(entry, signal);
    },
  };
}

/** Said by the server itself before anything was passed on to Unity. */
const serverCodes = /^(http_\d+|rpc_-?\d+|unauthorized|unknown_tool)$/;

/** A definite no; `reached` false: it surely never came to Unity. */
function refusalOf(result: Sent): { readonly error: AppError; readonly reached: boolean } | undefined {
  if (result.kind !== 'failed' && result.kind !== 'choose_instance') return undefined;
  const reached = result.kind === 'failed' && !serverCodes.test(result.code);
  return { error: toUnityError(result, { tool: 'write', write: true }), reached };
}

/** For a file that is neither as it was nor as it was meant to be. */
const foreign = (entry: LedgerEntry, sha256: string | null): AppError =>
  new AppError('stale_file', `${entry.path} was changed by somebody else at the same time. It was left as it is.`, {
    data: { path: entry.path, expectedSha256: entry.sha256After, currentSha256: sha256 },
  });

/** Settled: the file is as it was. */
const notWritten = (entry: LedgerEntry): DependencyError =>
  new DependencyError('unity_failed', `Unity did not write ${entry.path}; the file is as it was. Try again.`, {
    retryable: true,
    data: { path: entry.path },
  });
