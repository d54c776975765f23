import { isDeepStrictEqual } from 'node:util';
import type { PushedEvent, SessionView, TurnState } from '../../shared/contracts/index.ts';
import type { JournalTables, SessionRecord } from './journal/index.ts';
import type { Push } from './functions/index.ts';

/** Sessions as the window sees them: the journal's record and whether something runs in it now. */
export interface SessionViews {
  readonly view: (record: SessionRecord) => SessionView;
  readonly push: (sessionId: string) => void;
  readonly isBusy: (sessionId: string) => boolean;
  readonly setBusy: (sessionId: string, busy: boolean) => void;
  /** Notes which calls wait for the person, and tells the windows when their number changes. */
  readonly onPushed: (event: PushedEvent) => void;
  readonly turn: (sessionId: string) => TurnState;
  /** Tells the windows, when it is another state. */
  readonly setTurn: (sessionId: string, state: TurnState) => void;
}

export function makeSessionViews(options: { readonly journal: JournalTables; readonly push: Push }): SessionViews {
  const { journal, push } = options;
  const busySessions = new Set<string>();
  /** Ids of the calls that wait for the person, by session. Nothing waits over a restart: such calls end with SPARK. */
  const waiting = new Map<string, ReadonlySet<string>>();
  const turns = new Map<string, TurnState>();
  const turnOf = (sessionId: string): TurnState => turns.get(sessionId) ?? { kind: 'idle' };
  const view = ({ titleIsDefault: _own, ...record }: SessionRecord): SessionView => {
    const waits = waiting.get(record.sessionId)?.size;
    return {
      ...record,
      busy: busySessions.has(record.sessionId),
      ...(waits === undefined ? {} : { waiting: waits }),
    };
  };
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
    onPushed(event) {
      if (event.name !== 'call.changed') return;
      const { sessionId, callId, state } = event.payload.call;
      const before = waiting.get(sessionId) ?? new Set<string>();
      const waits = state === 'awaiting_approval';
      if (before.has(callId) === waits) return;
      const after = new Set(before);
      if (waits) after.add(callId);
      else after.delete(callId);
      if (after.size === 0) waiting.delete(sessionId);
      else waiting.set(sessionId, after);
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
