import { z } from 'zod';
import type { SqlClient } from '../pool.ts';

const partition = z.object({ name: z.string(), bounds: z.string(), rows: z.coerce.number(), bytes: z.coerce.number() });
export type Partition = z.infer<typeof partition>;

/** The partitions of `spark_events`, oldest first; `rows` is the planner's estimate (-1: not analysed yet). */
export function listPartitions(reader: SqlClient): Promise<Partition[]> {
  return reader.rows(
    {
      text: `SELECT c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bounds, c.reltuples AS rows,
                    pg_total_relation_size(c.oid) AS bytes
             FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
             WHERE i.inhparent = 'spark_events'::regclass ORDER BY c.relname`,
    },
    partition,
  );
}

/** Makes the months from this UTC day's to the one `monthsAhead` later; returns how many were missing. */
export async function ensureMonthsAhead(client: SqlClient, monthsAhead: number): Promise<number> {
  const [row] = await client.rows(
    {
      text: `SELECT spark_ensure_partitions(today, (today + make_interval(months => $1))::date) AS made
             FROM (SELECT (now() AT TIME ZONE 'UTC')::date AS today) AS clock`,
      values: [monthsAhead],
    },
    z.object({ made: z.number() }),
  );
  return row?.made ?? 0;
}

/** This UTC month and the next one, `2026-11`, as far as they have no partition: events of them could not be stored. */
export async function findMissingMonths(reader: SqlClient): Promise<string[]> {
  const rows = await reader.rows(
    {
      text: `SELECT to_char(month, 'YYYY-MM') AS month
             FROM generate_series(0, 1) AS ahead,
                  LATERAL (SELECT now() AT TIME ZONE 'UTC' + make_interval(months => ahead) AS month) AS wanted
             WHERE to_regclass(to_char(month, '"spark_events_y"YYYY"m"MM')) IS NULL ORDER BY month`,
    },
    z.object({ month: z.string() }),
  );
  return rows.map(({ month }) => month);
}

/** Drops the months that end on or before this UTC day, in the caller's transaction; rejects after 2 s on a lock. */
export async function dropMonthsUpTo(client: SqlClient, day: string): Promise<number> {
  const [row] = await client.rows(
    { text: 'SELECT spark_drop_partitions_before($1::date) AS dropped', values: [day] },
    z.object({ dropped: z.number() }),
  );
  return row?.dropped ?? 0;
}
