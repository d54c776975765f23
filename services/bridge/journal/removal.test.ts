import { describe, expect, it } from 'vitest';
import { addSession, appendFrame, queryJournal, sessionId } from '../testing/testJournal.ts';
import { useJournal } from '../testing/useJournal.ts';
import { sha256Of, type Journal } from './index.ts';

let journal: Journal;
useJournal((opened) => (journal = opened));

const idOf = (n: number): string => `01a20000-0000-7000-8000-0000000000${String(n).padStart(2, '0')}`;
const later = new Date(Date.now() + 60_000).toISOString();
const fork = (id: string, parent: string): void => {
  const base = { titleIsDefault: false, projectName: null, simulated: false };
  journal.sessions.insert({ ...base, sessionId: id, title: id, fork: { sessionId: parent, position: 0 } });
};
const found = () => {
  const { removable, kept } = journal.removal.oldSessions(later);
  return { removable: removable.map(({ sessionId: id }) => id), kept };
};

describe('old sessions', () => {
  it('go with everything that is only theirs, and leave what others use', () => {
    addSession(journal, idOf(2));
    journal.messages.insert({ sessionId, messageId: 'm', role: 'user', text: 'hello', status: 'complete' });
    journal.facts.insert(sessionId, 'a fact');
    const own = Buffer.from('own');
    const shared = Buffer.from('shared');
    const acknowledge = ({ eventId }: { readonly eventId: string }): void =>
      journal.outbox.markAcknowledged([{ eventId, streamSeq: 1 }]);
    acknowledge(appendFrame(journal, sessionId, own));
    acknowledge(appendFrame(journal, sessionId, shared));
    acknowledge(appendFrame(journal, idOf(2), shared));
    journal.removal.removeSessions([sessionId]);
    expect(journal.sessions.list().map(({ sessionId: id }) => id)).toEqual([idOf(2)]);
    expect(journal.frames.bytes(sha256Of(own))).toBeNull();
    expect(Buffer.from(journal.frames.bytes(sha256Of(shared)) ?? [])).toEqual(shared);
    expect(queryJournal(journal.dataDir, 'SELECT * FROM facts UNION ALL SELECT 1, 1, 1, 1 FROM messages')).toEqual([]);
  });

  it('stay while an event of theirs waits for the server', () => {
    const { eventId } = appendFrame(journal, sessionId, Buffer.from('picture'));
    expect(found()).toEqual({ removable: [], kept: 1 });
    journal.outbox.markAcknowledged([{ eventId, streamSeq: 1 }]);
    expect(found()).toEqual({ removable: [sessionId], kept: 0 });
  });

  it('stay while a call of theirs runs', () => {
    const call = { sessionId, origin: 'model', name: 'readUnityScript', effect: 'read', argumentsJson: '{}' } as const;
    journal.calls.insert({ ...call, callId: 'c' });
    expect(found()).toEqual({ removable: [], kept: 1 });
  });

  it('stay with a fork that stays, up the whole line, and go with forks that go', () => {
    fork(idOf(2), sessionId);
    fork(idOf(3), idOf(2));
    expect(found().removable.toSorted()).toEqual([sessionId, idOf(2), idOf(3)].toSorted());
    appendFrame(journal, idOf(3), Buffer.from('waits'));
    expect(found()).toEqual({ removable: [], kept: 3 });
    journal.outbox.markAcknowledged(journal.outbox.pending(10).map(({ eventId }) => ({ eventId, streamSeq: 1 })));
    journal.removal.removeSessions(found().removable);
    expect(journal.sessions.list()).toEqual([]);
  });

  it('leave no row behind in any table, but what was spent and what waits for the server', () => {
    journal.messages.insert({ sessionId, messageId: 'm', role: 'user', text: 'hidden treasure', status: 'complete' });
    const call = { sessionId, origin: 'model', name: 'readUnityScript', effect: 'read', argumentsJson: '{}' } as const;
    journal.calls.insert({ ...call, callId: 'c' });
    journal.facts.insert(sessionId, 'a fact');
    appendFrame(journal, sessionId, Buffer.from('picture'));
    const tables = queryJournal(
      journal.dataDir,
      `SELECT DISTINCT t.name AS name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
       WHERE t.type = 'table' AND c.name = 'session_id' AND t.name NOT IN ('usage', 'outbox')`,
    ).map(({ name }) => String(name));
    const left = (): string[] =>
      tables.filter((table) => queryJournal(journal.dataDir, `SELECT 1 FROM ${table} LIMIT 1`).length > 0);
    expect(left()).toEqual(
      expect.arrayContaining(['sessions', 'messages', 'calls', 'facts', 'frames', 'search_entries']),
    );
    journal.removal.removeSessions([sessionId]);
    expect(left()).toEqual([]);
    expect(queryJournal(journal.dataDir, 'SELECT rowid FROM search_text')).toEqual([]);
    expect(journal.outbox.depth()).toBe(1);
  });

  it('leave the texts of a change of several files that is being written elsewhere', () => {
    addSession(journal, idOf(2));
    const file = { path: 'Assets/A.cs', before: 'old', after: 'new' };
    const shas = { sha256Before: sha256Of('old'), sha256After: sha256Of('new') };
    journal.ledger.sets.begin({ setId: 's', sessionId: idOf(2), callId: null, files: [{ ...file, ...shas }] });
    journal.removal.removeSessions([sessionId]);
    expect(journal.ledger.sets.open()).toMatchObject([{ files: [{ file: { before: 'old', after: 'new' } }] }]);
  });
});
