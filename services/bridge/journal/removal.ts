import { z } from 'zod';
import type { JournalDatabase } from './database.ts';

/** Sessions past their time, and how many of the old ones must stay. */
export interface OldSessions {
  readonly removable: readonly { readonly sessionId: string; readonly title: string }[];
  readonly kept: number;
}

export interface SessionContents {
  readonly messages: number;
  readonly calls: number;
  readonly changes: number;
  readonly frames: number;
  /** Not acknowledged by a server. */
  readonly waitingEvents: number;
}

export interface Removal {
  /** Last used before the time (ISO 8601). One stays while something of it waits to be sent, runs, or a fork goes on from it. */
  readonly oldSessions: (before: string) => OldSessions;
  /** What these sessions hold. */
  readonly contentsOf: (sessionIds: readonly string[]) => SessionContents;
  /** What of a session still runs or waits for an answer. */
  readonly openWork: (sessionId: string) => { readonly calls: number; readonly builds: number };
  /**
   * Takes sessions away with everything that is only theirs, all in one transaction. What was spent stays counted, and
   * so do events that a server does not have yet: give only what `oldSessions` found, or what was checked alike.
   */
  readonly removeSessions: (sessionIds: readonly string[]) => void;
  /** Contents that nothing refers to any more, such as a picture of a removed session that was sent meanwhile. */
  readonly dropUnusedBlobs: () => void;
}

const oldRow = z.object({ session_id: z.string(), title: z.string(), waits: z.int(), parent: z.string().nullable() });

/** In this order: rows that refer to others go before them. */
const tables = [
  'message_images',
  'messages',
  'calls',
  'changes',
  'frames',
  'builds',
  'facts',
  'summaries',
  'ledger',
  'write_sets',
  'scene_writes',
  'console_marks',
  'search_entries',
  'search_skipped',
  'event_days',
];

export function makeRemoval(db: JournalDatabase): Removal {
  return {
    oldSessions(before) {
      const old = db.all(
        `SELECT session_id, title, forked_from AS parent,
           EXISTS (SELECT 1 FROM outbox WHERE outbox.session_id = s.session_id AND acknowledged_ms IS NULL)
           OR EXISTS (SELECT 1 FROM calls WHERE calls.session_id = s.session_id
                        AND state IN ('received', 'awaiting_approval', 'running', 'unsettled'))
           OR EXISTS (SELECT 1 FROM builds WHERE builds.session_id = s.session_id AND state IN ('starting', 'building'))
           OR EXISTS (SELECT 1 FROM ledger WHERE ledger.session_id = s.session_id AND outcome IS NULL)
           OR EXISTS (SELECT 1 FROM sessions AS fork WHERE fork.forked_from = s.session_id AND fork.updated_at >= :before)
           AS waits
         FROM sessions AS s WHERE updated_at < :before ORDER BY updated_at`,
        oldRow,
        { before },
      );
      // A parent stays with any of its forks, and so on up the line.
      const staying = new Set(old.filter(({ waits }) => waits === 1).map(({ session_id: id }) => id));
      const parentOf = new Map(old.map(({ session_id: id, parent }) => [id, parent]));
      for (const id of staying) {
        for (let parent = parentOf.get(id); parent != null && !staying.has(parent); parent = parentOf.get(parent)) {
          staying.add(parent);
        }
      }
      const removable = old
        .filter(({ session_id: id }) => !staying.has(id))
        .map(({ session_id: sessionId, title }) => ({ sessionId, title }));
      return { removable, kept: old.length - removable.length };
    },
    contentsOf(sessionIds) {
      const ids = JSON.stringify(sessionIds);
      const count = (from: string): number =>
        db.get(
          `SELECT count(*) AS n FROM ${from} AND session_id IN (SELECT value FROM json_each(:ids))`,
          z.object({ n: z.int() }),
          { ids },
        )?.n ?? 0;
      return {
        messages: count("messages WHERE role <> 'notice'"),
        calls: count('calls WHERE true'),
        changes: count('changes WHERE true'),
        frames: count('frames WHERE true'),
        waitingEvents: count('outbox WHERE acknowledged_ms IS NULL'),
      };
    },
    dropUnusedBlobs: () => dropUnusedBlobs(db),
    openWork: (sessionId) =>
      db.get(
        `SELECT (SELECT count(*) FROM calls WHERE session_id = :id
            AND state IN ('received', 'awaiting_approval', 'running', 'unsettled')) AS calls,
          (SELECT count(*) FROM builds WHERE session_id = :id AND state IN ('starting', 'building')) AS builds`,
        z.object({ calls: z.int(), builds: z.int() }),
        { id: sessionId },
      ) ?? { calls: 0, builds: 0 },
    removeSessions: (sessionIds) =>
      db.transact(() => {
        if (sessionIds.length === 0) return;
        const ids = JSON.stringify(sessionIds);
        const theirs = 'session_id IN (SELECT value FROM json_each(:ids))';
        db.run(`DELETE FROM kept_files WHERE write_id IN (SELECT kept_by FROM changes WHERE ${theirs})`, { ids });
        db.run(`DELETE FROM search_text WHERE rowid IN (SELECT id FROM search_entries WHERE ${theirs})`, { ids });
        for (const table of tables) db.run(`DELETE FROM ${table} WHERE ${theirs}`, { ids });
        db.run(`DELETE FROM budget_extensions WHERE key IN (SELECT value FROM json_each(:ids))`, { ids });
        db.run(`DELETE FROM outbox WHERE acknowledged_ms IS NOT NULL AND ${theirs}`, { ids });
        db.run(
          `UPDATE sessions SET forked_from = NULL, forked_at = NULL WHERE forked_from IN (SELECT value FROM json_each(:ids)) AND ${theirs}`,
          { ids },
        );
        db.run(`DELETE FROM sessions WHERE ${theirs}`, { ids });
        dropUnusedBlobs(db);
      }),
  };
}

/** Contents that nothing refers to any more. */
function dropUnusedBlobs(db: JournalDatabase): void {
  db.run(`DELETE FROM blobs WHERE sha256 NOT IN (
    SELECT blob_before FROM changes WHERE blob_before IS NOT NULL UNION SELECT blob_after FROM changes WHERE blob_after IS NOT NULL
    UNION SELECT blob_before FROM ledger WHERE blob_before IS NOT NULL UNION SELECT blob_after FROM ledger WHERE blob_after IS NOT NULL
    UNION SELECT file.value ->> 'blobBefore' FROM write_sets, json_each(write_sets.files) AS file WHERE file.value ->> 'blobBefore' IS NOT NULL
    UNION SELECT file.value ->> 'blobAfter' FROM write_sets, json_each(write_sets.files) AS file
    UNION SELECT sha256 FROM frames WHERE kept = 1 UNION SELECT sha256 FROM message_images
    UNION SELECT frame_sha256 FROM outbox WHERE frame_sha256 IS NOT NULL AND acknowledged_ms IS NULL)`);
}
