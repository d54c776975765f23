import type { MessageView, SessionSnapshot } from '../../shared/contracts/index.ts';
import type { CallRecord, JournalTables } from './journal/index.ts';

/**
 * What belongs to a session: its own, and for a fork what its line of parents had said and done before it began. Nothing
 * is copied, so everything keeps the id of the session in which it was made.
 */
export interface Transcript {
  readonly messages: MessageView[];
  readonly calls: CallRecord[];
  readonly facts: { readonly position: number; readonly text: string }[];
}

type Source = Pick<JournalTables, 'sessions' | 'messages' | 'calls' | 'facts'>;

/** All by position. */
export function readTranscript(journal: Source, sessionId: string): Transcript {
  const parts = journal.sessions.lineage(sessionId).map((part) => {
    const belongs = isWithin(part.before);
    return {
      messages: journal.messages.list(part.sessionId).filter(belongs),
      calls: journal.calls.list(part.sessionId).filter(({ view }) => belongs(view)),
      facts: journal.facts.list(part.sessionId).filter(belongs),
    };
  });
  return {
    messages: parts.flatMap(({ messages }) => messages),
    calls: parts.flatMap(({ calls }) => calls),
    facts: parts.flatMap(({ facts }) => facts),
  };
}

/** A message that is shown in a session, wherever in its line it was written; null when there is none. */
export function findMessage(journal: Source, sessionId: string, messageId: string): MessageView | null {
  for (const part of journal.sessions.lineage(sessionId)) {
    const message = journal.messages.get(part.sessionId, messageId);
    if (message !== null && isWithin(part.before)(message)) return message;
  }
  return null;
}

/** Everything of a session that a window shows, but the session itself and its turn. */
export function readContents(
  journal: Source & Pick<JournalTables, 'changes' | 'frames' | 'builds'>,
  sessionId: string,
): Omit<SessionSnapshot, 'session' | 'turn'> {
  const { messages, calls } = readTranscript(journal, sessionId);
  const own = new Set(calls.map(({ view }) => `${view.sessionId} ${view.callId}`));
  const parts = journal.sessions.lineage(sessionId).map(({ sessionId: id, before }) => {
    // What a call made belongs where the call does; what none made is not part of a fork.
    const belongs = (made: { readonly callId: string | null }): boolean =>
      before === null || (made.callId !== null && own.has(`${id} ${made.callId}`));
    return {
      changes: journal.changes.list(id).filter(belongs),
      frames: journal.frames.list(id).filter(belongs),
      builds: journal.builds.list(id).filter(belongs),
    };
  });
  return {
    messages,
    calls: calls.map(({ view }) => view),
    changes: parts.flatMap(({ changes }) => changes),
    frames: parts.flatMap(({ frames }) => frames),
    builds: parts.flatMap(({ builds }) => builds),
  };
}

const isWithin =
  (before: number | null) =>
  ({ position }: { readonly position: number }): boolean =>
    before === null || position < before;
