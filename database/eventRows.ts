import { z } from 'zod';
import { toBinaryArray } from './binaryArray.ts';
import { markDays } from './changedDays.ts';
import type { SqlClient } from './pool.ts';
import type { SqlType, SqlValue } from './tables.ts';

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
 * Inserts events whose months exist; those that are there already stay as they are. Returns how many were new. Their days
 * are marked for the rollups in the same transaction: pass a client of one.
 * One binary array per column, with the payload's own text: `docs/benchmarks.md` has what it brings.
 */
export async function insertEvents(client: SqlClient, rows: readonly EventRow[]): Promise<number> {
  const sorted = [...rows].sort((a, b) => compare(a.occurredAt, b.occurredAt) || compare(a.eventId, b.eventId));
  const column = (type: SqlType, valueOf: (row: EventRow) => SqlValue): Buffer =>
    toBinaryArray(type, sorted.map(valueOf));
  const inserting = client.run({
    name: 'insert-events',
    text: insertSql,
    values: [
      column('timestamptz', (row) => row.occurredAt),
      column('uuid', (row) => row.eventId),
      column('uuid', (row) => row.sessionId),
      column('bigint', (row) => row.seq),
      column('text', (row) => row.type),
      column('text', (row) => row.callId),
      column('text', (row) => row.userId),
      column('timestamptz', (row) => row.recordedAt),
      column('jsonb', (row) => row.payload),
    ],
  });
  // Sent behind it at once: no round trip of its own.
  const marking = client.run(markDays(sorted.map((row) => row.occurredAt)));
  const [inserted] = await Promise.all([inserting, marking]);
  return inserted;
}

const compare = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};

const insertSql = `
  INSERT INTO spark_events (occurred_at, event_id, session_id, seq, type, call_id, user_id, recorded_at, payload)
  SELECT * FROM unnest($1::timestamptz[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::jsonb[])
  ON CONFLICT DO NOTHING`;
