import { z } from 'zod';
import type { JournalDatabase } from './database.ts';

/** What stands for the oldest part of a session when it is told to the model again. */
export interface SummaryTable {
  /** `upToPosition`: the last entry that the text covers. A later one covers the earlier ones too. */
  readonly keep: (sessionId: string, upToPosition: number, text: string) => void;
  /** The one that covers most; null when there is none. */
  readonly latest: (sessionId: string) => { readonly upToPosition: number; readonly text: string } | null;
}

const summaryRow = z
  .object({ up_to_position: z.int(), text: z.string() })
  .transform((row) => ({ upToPosition: row.up_to_position, text: row.text }));

export function makeSummaryTable(db: JournalDatabase, now: () => string): SummaryTable {
  return {
    keep(sessionId, upToPosition, text) {
      db.run(
        `INSERT INTO summaries (session_id, up_to_position, text, created_at) VALUES (:session, :position, :text, :at)
         ON CONFLICT (session_id, up_to_position) DO UPDATE SET text = excluded.text, created_at = excluded.created_at`,
        { session: sessionId, position: upToPosition, text, at: now() },
      );
    },
    latest: (sessionId) =>
      db.get(
        'SELECT up_to_position, text FROM summaries WHERE session_id = :session ORDER BY up_to_position DESC LIMIT 1',
        summaryRow,
        { session: sessionId },
      ) ?? null,
  };
}
