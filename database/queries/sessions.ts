import { z } from 'zod';
import type { SqlClient } from '../pool.ts';

const sessionCounts = z.object({
  events: z.coerce.number(),
  functionCalls: z.coerce.number(),
  scripts: z.coerce.number(),
  previews: z.coerce.number(),
  builds: z.coerce.number(),
});
export type SessionCounts = z.infer<typeof sessionCounts>;

/** How many rows of each kind one session has. */
export async function readSessionCounts(reader: SqlClient, sessionId: string): Promise<SessionCounts> {
  const rows = await reader.rows(
    {
      text: `SELECT (SELECT count(*) FROM spark_events WHERE session_id = $1) AS events,
                    (SELECT count(*) FROM spark_function_calls WHERE session_id = $1) AS "functionCalls",
                    (SELECT count(*) FROM spark_generated_scripts WHERE session_id = $1) AS scripts,
                    (SELECT count(*) FROM spark_previews WHERE session_id = $1) AS previews,
                    (SELECT count(*) FROM spark_build_jobs WHERE session_id = $1) AS builds`,
      values: [sessionId],
    },
    sessionCounts,
  );
  return rows[0] ?? { events: 0, functionCalls: 0, scripts: 0, previews: 0, builds: 0 };
}

const storedEvent = z.object({ eventId: z.string(), type: z.string(), seq: z.coerce.number(), occurredAt: z.date() });
export type StoredEvent = z.infer<typeof storedEvent>;

/** The events of one session in order, at most `limit`. */
export function listSessionEvents(
  reader: SqlClient,
  wanted: { readonly sessionId: string; readonly limit: number },
): Promise<StoredEvent[]> {
  return reader.rows(
    {
      text: `SELECT event_id AS "eventId", type, seq, occurred_at AS "occurredAt"
             FROM spark_events WHERE session_id = $1 ORDER BY seq LIMIT $2`,
      values: [wanted.sessionId, wanted.limit],
    },
    storedEvent,
  );
}
