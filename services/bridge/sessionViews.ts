import type { SessionView } from '../../shared/contracts/index.ts';
import type { JournalTables, SessionRecord } from './journal/index.ts';
import type { Push } from './functions/index.ts';

/** Sessions as the window sees them: the journal's record and whether something runs in it now. */
export interface SessionViews {
  readonly view: (record: SessionRecord) => SessionView;
  readonly push: (sessionId: string) => void;
  readonly setBusy: (sessionId: string, busy: boolean) => void;
}

export function makeSessionViews(options: { readonly journal: JournalTables; readonly push: Push }): SessionViews {
  const { journal, push } = options;
  const busySessions = new Set<string>();
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
    setBusy(sessionId, busy) {
      if (busy) busySessions.add(sessionId);
      else busySessions.delete(sessionId);
      pushSession(sessionId);
    },
  };
}
