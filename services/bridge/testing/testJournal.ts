import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { v7 as uuidv7 } from 'uuid';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { openJournal, sha256Of, type Journal } from '../journal/index.ts';

export const silentLogger = makeLogger({ name: 'test', level: 'silent' });
export const testSource = { app: 'spark-test', version: '0.0.0', host: 'test' };

export function makeTestFolder(): { readonly dir: string; readonly remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'spark-bridge-'));
  return {
    dir,
    remove: () => {
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export const openTestJournal = (dataDir: string, clock: () => number = Date.now): Journal =>
  openJournal({ dataDir, source: testSource, clock, logger: silentLogger });

/** Changes the journal's file behind its back, as a person with another program could. */
export function editJournal(dir: string, sql: string, ...values: readonly string[]): void {
  const db = new DatabaseSync(join(dir, 'journal.sqlite'));
  db.prepare(sql).run(...values);
  db.close();
}

/** Rows of the journal's file, read beside the program that has it open. */
export function queryJournal(dir: string, sql: string): Record<string, unknown>[] {
  const db = new DatabaseSync(join(dir, 'journal.sqlite'), { readOnly: true });
  try {
    return db
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    db.close();
  }
}

/** A session to hang messages and calls on. */
export const sessionId = '01a20000-0000-7000-8000-000000000001';

export function addSession(journal: Journal, id: string = sessionId): void {
  journal.sessions.insert({
    sessionId: id,
    title: 'Test',
    titleIsDefault: true,
    projectName: 'SparkSample',
    simulated: false,
  });
}

/** A frame with its event, as a preview leaves them. */
export function appendFrame(
  journal: Journal,
  session: string,
  bytes: Uint8Array,
): { readonly sha256: string; readonly eventId: string } {
  const sha256 = sha256Of(bytes);
  const frame = { frameId: uuidv7(), sha256, mimeType: 'image/png', width: 1, height: 1, sizeBytes: bytes.length };
  const measured = { captureSource: 'game_view', blank: false } as const;
  const links = { sessionId: session, callId: null, changeId: null, camera: null };
  return journal.transact(() => {
    const createdAt = new Date().toISOString();
    journal.frames.insert({ ...frame, ...measured, ...links, unchanged: false, kept: true, createdAt }, bytes);
    const body = { type: 'preview.unity.frame', ...frame, ...measured } as const;
    return { sha256, eventId: journal.outbox.append(session, body, { frameSha256: sha256 }).eventId };
  });
}
