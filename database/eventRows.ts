import { z } from 'zod';
import type { SqlClient } from './pool.ts';

/** A row of `spark_events`. Times are ISO 8601. */
export interface EventRow {
  readonly eventId: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly sessionId: string;
  readonly seq: number;
  readonly type: string;
  readonly callId: string | null;
  readonly userId: string | null;
  /** The event's own bytes as text: JSON is never made again. */
  readonly payload: string;
}

/** Makes the monthly partitions that these times need. Cheap when they exist. */
export async function ensureMonths(client: SqlClient, times: readonly string[]): Promise<void> {
  // A month at a time: one stray date must not make every month between.
  for (const month of new Set(times.map((time) => `${new Date(time).toISOString().slice(0, 7)}-01`))) {
    await client.rows(
      { name: 'ensure-month', text: 'SELECT spark_ensure_partitions($1::date, $1::date) AS made', values: [month] },
      z.object({ made: z.number() }),
    );
  }
}

/**
 * Inserts events whose months exist; those that are there already stay as they are. Returns how many were new.
 * One array per column and the payload's own text: `docs/benchmarks.md` has the comparison with other ways.
 */
export function insertEvents(client: SqlClient, rows: readonly EventRow[]): Promise<number> {
  const sorted = [...rows].sort((a, b) => compare(a.occurredAt, b.occurredAt) || compare(a.eventId, b.eventId));
  return client.run({
    name: 'insert-events',
    text: insertSql,
    values: [
      sorted.map((row) => row.occurredAt),
      sorted.map((row) => row.eventId),
      sorted.map((row) => row.sessionId),
      sorted.map((row) => row.seq),
      sorted.map((row) => row.type),
      sorted.map((row) => row.callId),
      sorted.map((row) => row.userId),
      sorted.map((row) => row.recordedAt),
      sorted.map((row) => row.payload),
    ],
  });
}

const compare = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};

const insertSql = `
  INSERT INTO spark_events (occurred_at, event_id, session_id, seq, type, call_id, user_id, recorded_at, payload)
  SELECT * FROM unnest($1::timestamptz[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::jsonb[])
  ON CONFLICT DO NOTHING`;
