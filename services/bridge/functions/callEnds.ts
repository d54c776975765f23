import type { CallView, ErrorInfo } from '../../../shared/contracts/index.ts';
import { InvariantError } from '../../../shared/errors/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import type { CallRecord, JournalTables } from '../journal/index.ts';
import { endOf, infoOf, interrupted, stateOf, summaryOf, toOutput, unsettledInfo } from './callErrors.ts';
import type { CallRows } from './callRows.ts';
import type { CallRun } from './callRun.ts';
import type { Settlement } from './settlement.ts';
import { isTerminal, type HandlerOutcome } from './types.ts';

/** How a call ends: each end is kept once, its rows are sent to the database, and the model's one output comes back. */
export interface CallEnds {
  /** The handler came to its end, and says what that was. */
  readonly complete: (run: CallRun, outcome: HandlerOutcome<unknown>) => string;
  /** The handler failed or was stopped; what the ledger knows of its writes decides. */
  readonly fail: (run: CallRun, failure: Failure) => string;
  /** Of a call that has no result, or none yet: its error is the model's output. */
  readonly endWithout: (run: CallRun, state: CallView['state'], info: ErrorInfo) => string;
  /** The output of a call whose end is in the journal; null while it has none. */
  readonly outputOfEnded: (sessionId: string, callId: string) => string | null;
}

interface Failure {
  readonly error: unknown;
  readonly record: CallRecord;
  readonly signal: AbortSignal;
}

export function makeCallEnds(options: {
  readonly journal: JournalTables;
  readonly settlement: Settlement;
  readonly rows: CallRows;
  readonly logger: Logger;
}): CallEnds {
  const { journal, settlement, rows, logger } = options;

  function endWithout(run: CallRun, state: CallView['state'], info: ErrorInfo): string {
    const output = toOutput(info);
    const events = run.transition({ state, patch: { error: info, summary: summaryOf(info) }, output });
    rows.write(run, events, 0);
    return output;
  }

  function outputOfEnded(sessionId: string, callId: string): string | null {
    const record = journal.calls.get(sessionId, callId);
    if (record === null || !isTerminal(record.view.state)) return null;
    return record.output ?? toOutput(record.view.error ?? interrupted);
  }

  return {
    endWithout,
    outputOfEnded,
    complete(run, outcome) {
      const startedAt = performance.now();
      const output = JSON.stringify(outcome.forModel ?? outcome.result);
      const events = run.transition({
        state: outcome.error === undefined ? 'succeeded' : outcome.error.code === 'cancelled' ? 'cancelled' : 'failed',
        patch: { ...outcome.links, result: outcome.result, summary: outcome.summary, error: outcome.error ?? null },
        output,
        ...(outcome.keep === undefined ? {} : { keep: outcome.keep }),
      });
      outcome.announce?.();
      rows.write(run, events, performance.now() - startedAt);
      return output;
    },
    fail(run, { error, record, signal }) {
      const { sessionId, callId } = record.view;
      const kept = outputOfEnded(sessionId, callId);
      if (kept !== null) {
        logger.error({ err: error, callId }, 'a call has ended; what follows its end failed');
        return kept;
      }
      const end = settlement.endOf({ ...record, view: run.view() });
      if (end?.state === 'succeeded') {
        // The file was written, whatever went wrong afterwards: the call did what it was asked to do.
        const output = JSON.stringify(end.patch?.result);
        const events = run.transition({ ...end, output });
        end.announce();
        rows.write(run, events, 0);
        return output;
      }
      const isOpen = settlement.isOpen(sessionId, callId);
      const info = isOpen ? unsettledInfo(error) : infoOf(endOf(signal, error));
      const output = endWithout(run, isOpen ? 'unsettled' : stateOf(info), info);
      if (error instanceof InvariantError) logger.error({ err: error, callId }, 'a function failed by a bug');
      return output;
    },
  };
}
