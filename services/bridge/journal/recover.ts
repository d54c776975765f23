import type { CallView } from '../../../shared/contracts/index.ts';
import type { JournalTables } from './tables.ts';

export interface Recovered {
  readonly messages: number;
  readonly calls: number;
  readonly builds: number;
}

const interrupted = {
  code: 'cancelled',
  message: 'SPARK ended while this was going on. What had arrived is kept; ask again to go on.',
};

/**
 * Puts in order what a run that ended without closing left open: nothing may look as if it still ran. A call whose
 * change reached the ledger becomes `unsettled` (the adapter looks at the file or the scene and settles it); any other is
 * cancelled.
 */
export function recover(journal: JournalTables, now: () => string): Recovered {
  return journal.transact(() => {
    const messages = journal.messages.unfinished();
    for (const message of messages) {
      journal.messages.finish(message.sessionId, message.messageId, {
        status: 'failed',
        error:
          message.status === 'queued'
            ? { code: 'cancelled', message: 'SPARK ended before this was sent. It is kept; send it again.' }
            : interrupted,
      });
    }
    const calls = journal.calls.inStates(['received', 'awaiting_approval', 'running']);
    for (const call of calls) {
      const isBegun = journal.ledger.hasBegun(call.view.sessionId, call.view.callId);
      const view: CallView = isBegun
        ? { ...call.view, state: 'unsettled', error: { ...interrupted, code: 'unity_unsettled' } }
        : { ...call.view, state: 'cancelled', error: interrupted, summary: 'ended with SPARK', finishedAt: now() };
      journal.calls.save(view, call.output ?? JSON.stringify({ success: false, error: view.error }));
      journal.outbox.append(view.sessionId, {
        type: 'function_call',
        callId: view.callId,
        name: view.name,
        effect: view.effect,
        state: view.state,
        errorCode: view.error?.code,
        errorMessage: view.error?.message,
      });
    }
    // A build that Unity has an id for is asked about again as soon as Unity is there.
    const builds = journal.builds.unfinished().filter(({ buildId }) => journal.builds.jobOf(buildId) === null);
    for (const build of builds) {
      const reason = 'SPARK ended before Unity had confirmed this build. Look at Unity before you start it again.';
      journal.builds.update({ ...build, state: 'failed', completedAt: now(), reason });
      journal.outbox.append(build.sessionId, {
        type: 'build.unity.failed',
        ...(build.callId === null ? {} : { callId: build.callId }),
        buildId: build.buildId,
        target: build.target,
        durationMs: build.elapsedMs,
        warnings: build.warnings,
        errors: build.errors,
        reason,
      });
    }
    return { messages: messages.length, calls: calls.length, builds: builds.length };
  });
}
