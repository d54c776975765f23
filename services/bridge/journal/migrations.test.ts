import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addSession, makeTestFolder, openTestJournal, sessionId } from '../testing/testJournal.ts';
import { migrations } from './schema.ts';

let folder: ReturnType<typeof makeTestFolder>;
beforeEach(() => {
  folder = makeTestFolder();
});
afterEach(() => folder.remove());

it('a journal of the first version keeps its open and settled writes, and can then keep a deletion', () => {
  const db = new DatabaseSync(join(folder.dir, 'journal.sqlite'));
  db.exec(`${migrations[0]}; PRAGMA user_version = 1`);
  db.prepare('INSERT INTO blobs (sha256, encoding, size_bytes, bytes) VALUES (?, ?, ?, ?)').run(
    'b1',
    'raw',
    1,
    Buffer.from('x'),
  );
  db.prepare(
    'INSERT INTO ledger (write_id, session_id, path, sha256_after, blob_after, created_at) VALUES (?, ?, ?, ?, ?, ?)',
  ).run('w1', sessionId, 'Assets/A.cs', 'a'.repeat(64), 'b1', '2026-01-01T00:00:00.000Z');
  db.close();

  const journal = openTestJournal(folder.dir);
  try {
    addSession(journal);
    expect(journal.ledger.open()).toMatchObject([{ writeId: 'w1', after: 'x', outcome: null }]);
    const path = 'Assets/B.png';
    const bytes = Buffer.from([0, 1, 2, 255]);
    journal.ledger.intend({
      writeId: 'w2',
      sessionId,
      callId: null,
      path,
      sha256Before: 'c'.repeat(64),
      sha256After: null,
      before: null,
      after: null,
      keep: [{ path, bytes }],
    });
    const changeId = '01a20000-0000-7000-8000-0000000000aa';
    const change = {
      changeId,
      sessionId,
      callId: null,
      path,
      kind: 'deleted' as const,
      sha256Before: 'c'.repeat(64),
      sha256After: null,
      addedLines: 0,
      removedLines: 0,
      compileStatus: 'unknown' as const,
      compileErrors: [],
      createdAt: '2026-01-01T00:00:01.000Z',
    };
    journal.changes.insert(change, { before: null, after: null }, { keptBy: 'w2' });
    expect(journal.changes.get(changeId)).toEqual(change);
    expect(journal.changes.keptFiles(changeId).map((file) => [file.path, [...file.bytes]])).toEqual([
      [path, [...bytes]],
    ]);
  } finally {
    journal.close();
  }
});

it('a change kept before changes had a project belongs to the project of its session', () => {
  const before = migrations.slice(0, 7);
  const db = new DatabaseSync(join(folder.dir, 'journal.sqlite'));
  for (const migration of before) db.exec(migration);
  db.exec(`PRAGMA user_version = ${before.length}`);
  const at = '2026-01-01T00:00:00.000Z';
  db.prepare(
    `INSERT INTO sessions (session_id, title, title_is_default, status, project_name, project_hash, simulated, created_at, updated_at)
     VALUES (?, 'Test', 1, 'active', 'Game', 'aaa', 0, ?, ?)`,
  ).run(sessionId, at, at);
  db.prepare(
    `INSERT INTO changes (change_id, session_id, path, kind, added_lines, removed_lines, compile_status, compile_errors, created_at)
     VALUES ('c1', ?, 'Assets/A.cs', 'created', 1, 0, 'ok', '[]', ?)`,
  ).run(sessionId, at);
  db.close();

  const journal = openTestJournal(folder.dir);
  try {
    journal.sessions.setProject(sessionId, { name: 'Tool', hash: 'bbb' });
    expect(journal.changes.projectOf('c1')).toEqual({ name: 'Game', hash: 'aaa' });
  } finally {
    journal.close();
  }
});
