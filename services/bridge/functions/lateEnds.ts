import type { Logger } from '../../../shared/node/logging/index.ts';
import type { JournalTables } from '../journal/index.ts';
import { makeCallRun } from './callRun.ts';
import { settleCall, type Settlement } from './settlement.ts';
import type { Push } from './types.ts';

/** Ends calls whose writes were not known to have been done, when the ledger settles them. */
export interface LateEnds {
  /** Those of an earlier run that have been settled meanwhile, and all later ones as they settle. */
  readonly start: () => void;
  readonly stop: () => void;
}

export function makeLateEnds(options: {
  readonly journal: JournalTables;
  readonly settlement: Settlement;
  readonly push: Push;
  readonly now: () => string;
  readonly inform: (sessionId: string, text: string) => Promise<void>;
  readonly logger: Logger;
}): LateEnds {
  const { journal, settlement, push, now, inform, logger } = options;
  let stops: readonly (() => void)[] | undefined;

  function settle({ sessionId, callId }: { readonly sessionId: string; readonly callId: string | null }): void {
    const record = callId === null ? null : journal.calls.get(sessionId, callId);
    if (record === null || record.view.state !== 'unsettled') return;
    const end = settlement.endOf(record);
    if (end === null) return;
    try {
      const run = makeCallRun({ journal, record, push, now });
      settleCall({ journal, run, end, inform, logger });
    } catch (error) {
      // The ledger has settled, whatever becomes of its listeners; the next start ends the call.
      logger.error({ err: error, callId }, 'a settled call could not be ended');
    }
  }

  return {
    start() {
      const { ledger } = journal;
      stops ??= [ledger, ledger.sets, ledger.scenes].map((kind) => kind.onSettled(settle));
      for (const { view } of journal.calls.inStates(['unsettled'])) settle(view);
    },
    stop() {
      for (const stop of stops ?? []) stop();
    },
  };
}
