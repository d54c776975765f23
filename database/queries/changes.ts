import { z } from 'zod';
import type { SqlClient } from '../pool.ts';

const storedChange = z.object({ changeId: z.string(), recordedAt: z.date() });
export interface StoredChange {
  readonly changeId: string;
  /** ISO 8601: the stream's time of the change, or when the app stored it before the stream had it. */
  readonly recordedAt: string;
}

/** Which of these changes have a row; the window's poll. Uses the primary key. */
export async function listStoredChanges(
  reader: SqlClient,
  wanted: { readonly sessionId: string; readonly changeIds: readonly string[] },
): Promise<StoredChange[]> {
  if (wanted.changeIds.length === 0) return [];
  const rows = await reader.rows(
    {
      name: 'stored-changes',
      text: `SELECT change_id AS "changeId", coalesce(recorded_at, stored_at) AS "recordedAt"
             FROM spark_generated_scripts WHERE session_id = $1 AND change_id = ANY ($2::uuid[]) ORDER BY change_id`,
      values: [wanted.sessionId, wanted.changeIds],
    },
    storedChange,
  );
  return rows.map((row) => ({ changeId: row.changeId, recordedAt: row.recordedAt.toISOString() }));
}
