import { deflateRawSync } from 'node:zlib';
import { z } from 'zod';
import type { IntentStore, LedgerEntry } from '../unity/types.ts';
import type { BlobStore } from './blobs.ts';
import type { JournalDatabase } from './database.ts';
import { makeSceneWriteTable, type SceneWriteTable } from './sceneWrites.ts';
import { makeWriteSetTable, type WriteSetTable } from './writeSets.ts';

export type WriteFate = 'applied' | 'not_applied' | 'foreign';

/** One entry with what became of the write; `outcome` is null while that is not known. */
export interface LedgerRecord extends LedgerEntry {
  readonly outcome: WriteFate | null;
}

/** The adapter's ledger of writes, and the dispatcher's view of it. */
export interface Ledger extends IntentStore {
  readonly sets: WriteSetTable;
  readonly scenes: SceneWriteTable;
  /** Whether anything that was meant by the session is not known to have happened or not. */
  readonly isUnsettled: (sessionId: string) => boolean;
  /** The same for any session. */
  readonly hasUnsettled: () => boolean;
  /** Whether a change of this call was begun, whatever became of it. */
  readonly hasBegun: (sessionId: string, callId: string) => boolean;
  /** Writes of one call, oldest first. */
  readonly ofCall: (sessionId: string, callId: string) => LedgerRecord[];
  /** Called after a settlement has been committed. Returns the unsubscribe function. */
  readonly onSettled: (listener: (record: LedgerRecord) => void) => () => void;
}

const columns = 'write_id, session_id, call_id, path, sha256_before, sha256_after, blob_before, blob_after, outcome';
const ledgerRow = z.object({
  write_id: z.string(),
  session_id: z.string(),
  call_id: z.string().nullable(),
  path: z.string(),
  sha256_before: z.string().nullable(),
  sha256_after: z.string().nullable(),
  blob_before: z.string().nullable(),
  blob_after: z.string().nullable(),
  outcome: z.enum(['applied', 'not_applied', 'foreign']).nullable(),
});

export function makeLedger(options: {
  readonly db: JournalDatabase;
  readonly blobs: BlobStore;
  readonly now: () => string;
}): Ledger {
  const { db, blobs, now } = options;
  const listeners = new Set<(record: LedgerRecord) => void>();
  const toRecord = (row: z.output<typeof ledgerRow>): LedgerRecord => ({
    writeId: row.write_id,
    sessionId: row.session_id,
    callId: row.call_id,
    path: row.path,
    sha256Before: row.sha256_before,
    sha256After: row.sha256_after,
    before: row.blob_before === null ? null : blobs.readText(row.blob_before),
    after: row.blob_after === null ? null : blobs.readText(row.blob_after),
    outcome: row.outcome,
  });
  const get = (writeId: string): LedgerRecord | null => {
    const row = db.get(`SELECT ${columns} FROM ledger WHERE write_id = :id`, ledgerRow, { id: writeId });
    return row === undefined ? null : toRecord(row);
  };

  const sets = makeWriteSetTable(options);
  const scenes = makeSceneWriteTable(options);

  return {
    sets,
    scenes,
    isUnsettled: (sessionId) =>
      db.get(
        `SELECT 1 AS found FROM ledger WHERE outcome IS NULL AND session_id = :session
           UNION ALL SELECT 1 FROM write_sets WHERE settled_at IS NULL AND session_id = :session
           UNION ALL SELECT 1 FROM scene_writes WHERE outcome IS NULL AND session_id = :session LIMIT 1`,
        z.object({}),
        { session: sessionId },
      ) !== undefined,
    hasUnsettled: () =>
      db.get(
        `SELECT 1 AS found FROM ledger WHERE outcome IS NULL
           UNION ALL SELECT 1 FROM write_sets WHERE settled_at IS NULL
           UNION ALL SELECT 1 FROM scene_writes WHERE outcome IS NULL LIMIT 1`,
        z.object({}),
      ) !== undefined,
    hasBegun: (sessionId, callId) =>
      db.get(
        `SELECT 1 AS found FROM ledger WHERE session_id = :session AND call_id = :call
           UNION ALL SELECT 1 FROM write_sets WHERE session_id = :session AND call_id = :call
           UNION ALL SELECT 1 FROM scene_writes WHERE session_id = :session AND call_id = :call LIMIT 1`,
        z.object({}),
        { session: sessionId, call: callId },
      ) !== undefined,
    intend: (entry) => {
      db.transact(() => {
        db.run(
          `INSERT INTO ledger (write_id, session_id, call_id, path, sha256_before, sha256_after, blob_before, blob_after, created_at)
           VALUES (:id, :session, :call, :path, :shaBefore, :shaAfter, :before, :after, :at)`,
          {
            id: entry.writeId,
            session: entry.sessionId,
            call: entry.callId,
            path: entry.path,
            shaBefore: entry.sha256Before,
            shaAfter: entry.sha256After,
            before: entry.before === null ? null : blobs.keepText(entry.before),
            after: entry.after === null ? null : blobs.keepText(entry.after),
            at: now(),
          },
        );
        for (const { path, bytes } of entry.keep ?? []) {
          db.run('INSERT INTO kept_files (write_id, path, bytes) VALUES (:id, :path, :bytes)', {
            id: entry.writeId,
            path,
            bytes: deflateRawSync(bytes),
          });
        }
      });
    },
    settle(writeId, outcome, sha256) {
      const changed = db.run(
        'UPDATE ledger SET outcome = :outcome, sha256_found = :found, settled_at = :at WHERE write_id = :id AND outcome IS NULL',
        { outcome, found: sha256, at: now(), id: writeId },
      );
      const record = changed > 0 ? get(writeId) : null;
      if (record === null) return;
      db.afterCommit(() => {
        for (const listener of listeners) listener(record);
      });
    },
    open: () =>
      db
        .all(`SELECT ${columns} FROM ledger WHERE outcome IS NULL ORDER BY created_at, write_id`, ledgerRow)
        .map(toRecord),
    ofCall: (sessionId, callId) =>
      db
        .all(
          `SELECT ${columns} FROM ledger WHERE session_id = :session AND call_id = :call ORDER BY created_at, write_id`,
          ledgerRow,
          { session: sessionId, call: callId },
        )
        .map(toRecord),
    onSettled(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
