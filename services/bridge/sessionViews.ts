import { isDeepStrictEqual } from 'node:util';
import type { SessionView, TurnState } from '../../shared/contracts/index.ts';
import type { JournalTables, SessionRecord } from './journal/index.ts';
import type { Push } from './functions/index.ts';

/** Sessions as the window sees them: the journal's record and whether something runs in it now. */
export interface SessionViews {
  readonly view: (record: SessionRecord) => SessionView;
  readonly push: (sessionId: string) => void;
  readonly isBusy: (sessionId: string) => boolean;
  readonly setBusy: (sessionId: string, busy: boolean) => void;
  readonly turn: (sessionId: string) => TurnState;
  /** Tells the windows, when it is another state. */
  readonly setTurn: (sessionId: string, state: TurnState) => void;
}

export function makeSessionViews(options: { readonly journal: JournalTables; readonly push: Push }): SessionViews {
  const { journal, push } = options;
  const busySessions = new Set<string>();
  const turns = new Map<string, TurnState>();
  const turnOf = (sessionId: string): TurnState => turns.get(sessionId) ?? { kind: 'idle' };
  const view = ({ titleIsDefault: _own, ...record }: SessionRecord): SessionView => ({
    ...record,
    busy: busySessions.has(record.sessionId),
  });
  const pushSession = (sessionId: string): void => {
    const record = journal.sessions.get(sessionId);
    if (record !== null) push({ name: 'session.changed', payload: { session: view(record) } });
  };
  return {
    view,
    push: pushSession,
    isBusy: (sessionId) => busySessions.has(sessionId),
    setBusy(sessionId, busy) {
      if (busy) busySessions.add(sessionId);
      else busySessions.delete(sessionId);
      pushSession(sessionId);
    },
    turn: turnOf,
    setTurn(sessionId, state) {
      if (isDeepStrictEqual(turnOf(sessionId), state)) return;
      turns.set(sessionId, state);
      push({ name: 'turn.changed', payload: { sessionId, state } });
    },
  };
}
