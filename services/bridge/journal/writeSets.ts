import { z } from 'zod';
import type { OpenSet, Standing, WriteSetStore } from '../unity/index.ts';
import type { BlobStore } from './blobs.ts';
import type { JournalDatabase } from './database.ts';
import { makeListeners, type OfCall } from './settled.ts';

/** A change of several files, as the dispatcher sees it. */
export interface WriteSetRecord {
  readonly isOpen: boolean;
  /** What could not be put back, and why; empty when the change is whole, or nothing of it is left. */
  readonly standing: readonly Standing[];
}

/** The adapter's changes of several files. Their texts are kept once, with those of the ledger. */
export interface WriteSetTable extends WriteSetStore {
  /** The one set of a call, or null. */
  readonly ofCall: (sessionId: string, callId: string) => WriteSetRecord | null;
  /** Called after a settlement has been committed. Returns the unsubscribe function. */
  readonly onSettled: (listener: (call: OfCall) => void) => () => void;
}

const filesSchema = z.array(
  z.object({
    path: z.string(),
    sha256Before: z.string().nullable(),
    sha256After: z.string(),
    blobBefore: z.string().nullable(),
    blobAfter: z.string(),
  }),
);
const standingSchema = z.array(z.object({ path: z.string(), why: z.string() }));
const setRow = z.object({
  set_id: z.string(),
  session_id: z.string(),
  call_id: z.string().nullable(),
  files: z.string().transform((json) => filesSchema.parse(JSON.parse(json))),
});
const callRow = z.object({ session_id: z.string(), call_id: z.string().nullable() });
const standingRow = z.object({ settled_at: z.string().nullable(), standing: z.string().nullable() });

export function makeWriteSetTable(options: {
  readonly db: JournalDatabase;
  readonly blobs: BlobStore;
  readonly now: () => string;
}): WriteSetTable {
  const { db, blobs, now } = options;
  const listeners = makeListeners();

  function toOpenSet(row: z.output<typeof setRow>): OpenSet {
    const { set_id: setId, session_id: sessionId, call_id: callId } = row;
    const isApplied = (path: string, sha256: string): boolean =>
      db.get(
        `SELECT 1 AS found FROM ledger WHERE session_id = :session AND call_id IS :call AND path = :path
           AND sha256_after = :sha256 AND outcome = 'applied' LIMIT 1`,
        z.object({}),
        { session: sessionId, call: callId, path, sha256 },
      ) !== undefined;
    const files = row.files.map(({ blobBefore, blobAfter, ...file }) => ({
      file: {
        ...file,
        before: blobBefore === null ? null : blobs.readText(blobBefore),
        after: blobs.readText(blobAfter),
      },
      applied: isApplied(file.path, file.sha256After),
    }));
    return { setId, sessionId, callId, files };
  }

  return {
    begin: ({ setId, sessionId, callId, files }) => {
      db.transact(() => {
        const stored = files.map(({ path, before, after, sha256Before, sha256After }) => ({
          path,
          sha256Before,
          sha256After,
          blobBefore: before === null ? null : blobs.keepText(before),
          blobAfter: blobs.keepText(after),
        }));
        db.run(
          `INSERT INTO write_sets (set_id, session_id, call_id, files, created_at)
           VALUES (:id, :session, :call, :files, :at)`,
          { id: setId, session: sessionId, call: callId, files: JSON.stringify(stored), at: now() },
        );
      });
    },
    settle(setId, standing) {
      const changed = db.run(
        'UPDATE write_sets SET standing = :standing, settled_at = :at WHERE set_id = :id AND settled_at IS NULL',
        { standing: JSON.stringify(standing), at: now(), id: setId },
      );
      if (changed === 0) return;
      const row = db.get('SELECT session_id, call_id FROM write_sets WHERE set_id = :id', callRow, { id: setId });
      if (row === undefined) return;
      db.afterCommit(() => {
        listeners.tell({ sessionId: row.session_id, callId: row.call_id });
      });
    },
    open: () =>
      db
        .all(
          'SELECT set_id, session_id, call_id, files FROM write_sets WHERE settled_at IS NULL ORDER BY created_at, set_id',
          setRow,
        )
        .map(toOpenSet),
    ofCall(sessionId, callId) {
      const row = db.get(
        'SELECT settled_at, standing FROM write_sets WHERE session_id = :session AND call_id = :call',
        standingRow,
        { session: sessionId, call: callId },
      );
      if (row === undefined) return null;
      const standing = row.standing === null ? [] : standingSchema.parse(JSON.parse(row.standing));
      return { isOpen: row.settled_at === null, standing };
    },
    onSettled: (listener) => listeners.add(listener),
  };
}
