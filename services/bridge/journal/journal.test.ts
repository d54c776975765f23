import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse as parseUuid, version as uuidVersion } from 'uuid';
import { addSession, makeTestFolder, openTestJournal, sessionId } from '../testing/testJournal.ts';
import { sha256Of as journalSha, type Journal } from './index.ts';

const month = { maxAgeMs: 30 * 86_400_000, maxBytes: 2e9 };
let folder: ReturnType<typeof makeTestFolder>;
const open: Journal[] = [];
const openHere = (clock?: () => number): Journal => {
  const journal = openTestJournal(folder.dir, clock);
  open.push(journal);
  return journal;
};
const close = (journal: Journal): void => {
  open.splice(open.indexOf(journal), 1);
  journal.close();
};

beforeEach(() => {
  folder = makeTestFolder();
});
afterEach(() => {
  for (const journal of open.splice(0)) journal.close();
  folder.remove();
});

describe('events', () => {
  it('carry a rising seq per session, and a UUIDv7 whose time is their timestamp', () => {
    const journal = openHere();
    addSession(journal);
    const other = '01a20000-0000-7000-8000-000000000002';
    addSession(journal, other);
    const events = [sessionId, sessionId, other, sessionId].map((id) =>
      journal.outbox.append(id, { type: 'session', action: 'started', title: 't' }),
    );
    expect(events.map((event) => [event.sessionId, event.seq])).toEqual([
      [sessionId, 1],
      [sessionId, 2],
      [other, 1],
      [sessionId, 3],
    ]);
    for (const event of events) {
      expect(uuidVersion(event.eventId)).toBe(7);
      const msecs = Number.parseInt(Buffer.from(parseUuid(event.eventId).slice(0, 6)).toString('hex'), 16);
      expect(new Date(msecs).toISOString()).toBe(event.timestamp);
    }
  });

  it('keep their bytes unchanged until they are acknowledged, over a reopening too', () => {
    const journal = openHere();
    addSession(journal);
    journal.outbox.append(sessionId, { type: 'session', action: 'started', title: 'Größe ✦' });
    const before = journal.outbox.pending(10);
    close(journal);
    const again = openHere();
    expect(again.outbox.pending(10)).toEqual(before);
    again.outbox.markAcknowledged([{ eventId: before[0]?.eventId ?? '', streamSeq: 7 }]);
    expect(again.outbox.pending(10)).toEqual([]);
    expect(again.outbox.depth()).toBe(0);
  });

  it('leave out contents that do not fit and say so', () => {
    const journal = openHere();
    addSession(journal);
    journal.outbox.append(sessionId, {
      type: 'runtime.unity.script_generated',
      scriptName: 'Big',
      path: 'Assets/Scripts/Big.cs',
      contents: 'x'.repeat(300_000),
    });
    const [row] = journal.outbox.pending(1);
    const event: unknown = JSON.parse(Buffer.from(row?.bytes ?? []).toString('utf8'));
    expect(event).toMatchObject({ contentsOmitted: true, scriptName: 'Big' });
    expect(event).not.toHaveProperty('contents');
  });

  it('hold no character that PostgreSQL refuses in JSON', () => {
    const journal = openHere();
    addSession(journal);
    journal.outbox.append(sessionId, { type: 'session', action: 'started', title: 'a\u0000b\ud800c' });
    const text = Buffer.from(journal.outbox.pending(1)[0]?.bytes ?? []).toString('utf8');
    expect(text).toContain('a\ufffdb\ufffdc');
    expect(text).not.toContain(String.raw`\u0000`);
  });

  it('are not kept when the state beside them is not', () => {
    const journal = openHere();
    addSession(journal);
    expect(() =>
      journal.transact(() => {
        journal.outbox.append(sessionId, { type: 'session', action: 'renamed', title: 'b' });
        throw new Error('half way');
      }),
    ).toThrow('half way');
    expect(journal.outbox.depth()).toBe(0);
    expect(journal.outbox.append(sessionId, { type: 'session', action: 'renamed', title: 'c' }).seq).toBe(1);
  });

  it('stay 30 days after their acknowledgement, 60 while nobody has seen their row, and unacknowledged for ever', () => {
    let now = Date.parse('2026-01-01T00:00:00.000Z');
    const journal = openHere(() => now);
    addSession(journal);
    const [stored = '', unseen = ''] = ['a', 'b', 'c'].map(
      (title) => journal.outbox.append(sessionId, { type: 'session', action: 'renamed', title }).eventId,
    );
    journal.outbox.markAcknowledged([stored, unseen].map((eventId, n) => ({ eventId, streamSeq: n + 1 })));
    journal.outbox.markStored([stored]);
    now += 29 * 86_400_000;
    expect(journal.outbox.expire()).toEqual({ stored: 0, unseen: 0 });
    now += 2 * 86_400_000;
    expect(journal.outbox.expire()).toEqual({ stored: 1, unseen: 0 });
    now += 30 * 86_400_000;
    expect(journal.outbox.expire()).toEqual({ stored: 0, unseen: 1 });
    expect(journal.outbox.depth()).toBe(1);
  });

  it('are pending again, with the bytes they had, when the stream has lost them', () => {
    const journal = openHere();
    addSession(journal);
    journal.outbox.append(sessionId, { type: 'session', action: 'started', title: 'a' });
    const [row] = journal.outbox.pending(10);
    const eventId = row?.eventId ?? '';
    journal.outbox.markAcknowledged([{ eventId, streamSeq: 7 }]);
    expect(journal.outbox.unseen(0, 10)).toMatchObject([{ eventId, streamSeq: 7, resent: 0 }]);
    let announced = 0;
    journal.outbox.onAppended(() => (announced += 1));
    journal.outbox.sendAgain([eventId]);
    expect(announced).toBe(1);
    expect(journal.outbox.pending(10)).toEqual([{ ...row, resent: 1 }]);
    journal.outbox.markAcknowledged([{ eventId, streamSeq: 8 }]);
    journal.outbox.markStored([eventId]);
    expect(journal.outbox.unseen(0, 10)).toEqual([]);
  });
});

describe('the data folder', () => {
  it('belongs to one journal at a time, and the second is told the process of the first', () => {
    openHere();
    expect(() => openTestJournal(folder.dir)).toThrow(
      expect.objectContaining({ code: 'data_folder_locked', data: expect.objectContaining({ pid: process.pid }) }),
    );
  });

  it('is free again when its process was killed, and what that had committed is there', async () => {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, '../testing/journalChild.ts'), folder.dir, sessionId],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const journal = openHere();
    expect(journal.messages.list(sessionId)).toMatchObject([
      { role: 'user', text: 'Create a player controller', status: 'complete' },
      { role: 'assistant', status: 'failed', error: { code: 'cancelled' } },
    ]);
    expect(journal.outbox.depth()).toBeGreaterThan(0);
  });

  it('keeps a file that is no journal as it is', () => {
    const file = join(folder.dir, 'journal.sqlite');
    writeFileSync(file, 'this is no database at all, but somebody may need it'.repeat(100));
    const before = readFileSync(file);
    expect(() => openTestJournal(folder.dir)).toThrow(expect.objectContaining({ code: 'journal_unreadable' }));
    expect(readFileSync(file)).toEqual(before);
  });

  it('refuses a journal of a newer SPARK without touching it', () => {
    close(openHere());
    const db = new DatabaseSync(join(folder.dir, 'journal.sqlite'));
    db.exec('PRAGMA user_version = 99');
    db.close();
    expect(() => openTestJournal(folder.dir)).toThrow(
      expect.objectContaining({ code: 'journal_unreadable', message: expect.stringContaining('newer SPARK') }),
    );
  });
});

describe('a run that ended without closing', () => {
  it('leaves no call, message or build that looks as if it still ran', () => {
    const journal = openHere();
    addSession(journal);
    journal.messages.insert({ sessionId, messageId: 'q', role: 'user', text: 'hello', status: 'queued' });
    const call = { sessionId, origin: 'model' as const, name: 'generateUnityScript', effect: 'write' as const };
    journal.calls.insert({ ...call, callId: 'a', argumentsJson: '{}' });
    journal.calls.insert({ ...call, callId: 'b', argumentsJson: '{}' });
    journal.ledger.intend({
      writeId: 'w',
      sessionId,
      callId: 'b',
      path: 'Assets/Scripts/A.cs',
      sha256Before: null,
      sha256After: 'f'.repeat(64),
      before: null,
      after: 'class A {}',
    });
    close(journal);
    const again = openHere();
    expect(again.recovered).toEqual({ messages: 1, calls: 2, builds: 0 });
    expect(again.calls.list(sessionId).map(({ view }) => [view.callId, view.state, view.error?.code])).toEqual([
      ['a', 'cancelled', 'cancelled'],
      ['b', 'unsettled', 'unity_unsettled'],
    ]);
    expect(again.ledger.open()).toMatchObject([{ writeId: 'w', before: null, after: 'class A {}' }]);
    expect(again.messages.get(sessionId, 'q')).toMatchObject({ status: 'failed', text: 'hello' });
  });
});

describe('messages and calls', () => {
  it('share one order', () => {
    const journal = openHere();
    addSession(journal);
    const first = journal.messages.insert({ sessionId, messageId: 'm1', role: 'user', text: 'a', status: 'complete' });
    const call = journal.calls.insert({
      sessionId,
      callId: 'c1',
      origin: 'model',
      name: 'readUnityScript',
      effect: 'read',
      argumentsJson: 'not json',
    });
    const last = journal.messages.insert({ sessionId, messageId: 'm2', role: 'notice', text: 'b', status: 'complete' });
    expect([first.position, call.view.position, last.position]).toEqual([0, 1, 2]);
    expect(call.view.arguments).toBe('not json');
  });

  it('stream text that a reader sees whole before it is saved', () => {
    const journal = openHere();
    addSession(journal);
    journal.messages.insert({ sessionId, messageId: 'm', role: 'assistant', text: '', status: 'streaming' });
    expect(journal.messages.appendDelta(sessionId, 'm', 'Hel')).toBe(0);
    expect(journal.messages.appendDelta(sessionId, 'm', 'lo')).toBe(3);
    expect(journal.messages.get(sessionId, 'm')?.text).toBe('Hello');
    expect(journal.messages.finish(sessionId, 'm', { status: 'complete' })).toMatchObject({ text: 'Hello' });
  });
});

describe('frames', () => {
  it('lose their bytes by age, oldest first, and keep their row', () => {
    let now = Date.parse('2026-01-01T00:00:00.000Z');
    const journal = openHere(() => now);
    addSession(journal);
    const add = (frameId: string, sha256: string, bytes: Uint8Array): void => {
      journal.frames.insert(
        {
          frameId,
          sessionId,
          callId: null,
          changeId: null,
          sha256,
          mimeType: 'image/png',
          width: 1,
          height: 1,
          sizeBytes: bytes.length,
          captureSource: 'game_view',
          camera: null,
          blank: false,
          unchanged: false,
          kept: true,
          createdAt: new Date(now).toISOString(),
        },
        bytes,
      );
    };
    const old = Buffer.from('old');
    const fresh = Buffer.from('fresh');
    add('01a20000-0000-7000-8000-0000000000f1', journalSha(old), old);
    now += 31 * 86_400_000;
    add('01a20000-0000-7000-8000-0000000000f2', journalSha(fresh), fresh);
    expect(journal.frames.expire(month)).toBe(1);
    expect(journal.frames.list(sessionId).map((frame) => frame.kept)).toEqual([false, true]);
    expect(journal.frames.bytes(journalSha(old))).toBeNull();
    expect(Buffer.from(journal.frames.bytes(journalSha(fresh)) ?? [])).toEqual(fresh);
  });
});
