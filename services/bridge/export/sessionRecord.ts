import type {
  BuildView,
  ChangeView,
  FrameView,
  MessageView,
  SessionView,
  UsageSum,
} from '../../../shared/contracts/index.ts';
import type { CallRecord, ChangeContent, SessionTables } from '../journal/index.ts';
import { readContents, readTranscript } from '../transcript.ts';

/** Everything that the journal knows of a session, in one object; a fork has what its parents had said and done before it. */
export interface SessionRecordFile {
  readonly format: 'spark.session';
  readonly version: 1;
  /** ISO 8601. */
  readonly exportedAt: string;
  readonly spark: string;
  readonly session: Omit<SessionView, 'busy'>;
  readonly messages: readonly MessageView[];
  readonly calls: readonly (CallRecord['view'] & Pick<CallRecord, 'origin' | 'argumentsJson' | 'output'>)[];
  /** What the model was told outside a call. */
  readonly facts: readonly { readonly position: number; readonly text: string }[];
  readonly changes: readonly (ChangeView & ChangeContent)[];
  /** Without their pictures. */
  readonly frames: readonly FrameView[];
  readonly builds: readonly BuildView[];
  /** Of this session alone, not of its parents. */
  readonly usage: UsageSum;
}

/** Throws AppError `not_found`. */
export function readSessionRecord(
  journal: SessionTables,
  sessionId: string,
  made: { readonly exportedAt: string; readonly spark: string },
): SessionRecordFile {
  const { titleIsDefault: _own, ...session } = journal.sessions.require(sessionId);
  const { calls, facts } = readTranscript(journal, sessionId);
  const { messages, changes, frames, builds } = readContents(journal, sessionId);
  return {
    format: 'spark.session',
    version: 1,
    ...made,
    session,
    messages,
    calls: calls.map(({ view, origin, argumentsJson, output }) => ({ ...view, origin, argumentsJson, output })),
    facts,
    changes: changes.map((change) => {
      const content = journal.changes.content(change.changeId);
      return { ...change, before: content?.before ?? null, after: content?.after ?? null };
    }),
    frames,
    builds,
    usage: journal.usage.sumOf({ sessionId }),
  };
}
