import { z } from 'zod';
import { InvariantError } from '../../shared/errors/index.ts';
import type { SqlClient } from '../pool.ts';
import { listPartitions } from './partitions.ts';

/**
 * Events that a session must have had and that are not there: `seq` rises by one per session, from 1. What came after the
 * highest one cannot be known here. A gap may be a dead letter, or still wait in an app that is offline.
 */
const sequenceGap = z.object({
  sessionId: z.string(),
  /** First and last missing sequence number. */
  from: z.coerce.number(),
  to: z.coerce.number(),
  /** Time of the event that follows the gap. */
  nextAt: z.date(),
});
export type SequenceGap = z.infer<typeof sequenceGap>;

export interface Found<T> {
  /** How many there are in all; `items` has the first of them. */
  readonly count: number;
  readonly items: readonly T[];
}

export interface SearchWindow {
  /** ISO 8601; what happened before is not looked at. */
  readonly since: string;
  /** Seconds that an event may be on its way: what is younger is not reported yet. */
  readonly settleSeconds: number;
  readonly limit: number;
}

/**
 * Gaps that are followed by an event since `since`, oldest month first. One pass over the (session_id, seq) index of each
 * month, in its order; the few places where a month alone has no predecessor are looked up in the other months.
 */
export async function findSequenceGaps(reader: SqlClient, window: SearchWindow): Promise<Found<SequenceGap>> {
  const items: SequenceGap[] = [];
  let count = 0;
  for (const { name } of await listPartitions(reader)) {
    if (!/^spark_events_y\d{4}m\d{2}$/.test(name)) throw new InvariantError(`${name} is no month of spark_events.`);
    if (`${name.slice(14, 18)}-${name.slice(19)}` < window.since.slice(0, 7)) continue;
    const found = await reader.rows(
      { text: gapsOf(name), values: [window.since, window.settleSeconds, window.limit] },
      sequenceGap.extend({ total: z.coerce.number() }),
    );
    count += found[0]?.total ?? 0;
    items.push(...found.slice(0, window.limit - items.length).map((gap) => sequenceGap.parse(gap)));
  }
  return { count, items };
}

// `candidate`: where this month lacks the number before; `gap`: what of that no other month has. The start of a session
// whose first months were dropped by retention is no gap.
const gapsOf = (month: string): string => `
  WITH candidate AS MATERIALIZED (
    SELECT session_id, coalesce(previous, 0) AS previous, seq
    FROM (SELECT session_id, seq, lag(seq) OVER (PARTITION BY session_id ORDER BY seq) AS previous
          FROM ${month} WHERE seq > 0) AS numbered
    WHERE seq > coalesce(previous, 0) + 1
  ), gap AS (
    SELECT DISTINCT c.session_id, g.first, g.last
    FROM candidate c CROSS JOIN LATERAL (
      SELECT lag(known.seq) OVER (ORDER BY known.seq) + 1 AS first, known.seq - 1 AS last
      FROM (SELECT c.previous AS seq
            UNION SELECT e.seq FROM spark_events e WHERE e.session_id = c.session_id AND e.seq > c.previous AND e.seq <= c.seq) AS known
    ) AS g
    WHERE g.first <= g.last
  )
  SELECT gap.session_id AS "sessionId", gap.first AS "from", gap.last AS "to", next.occurred_at AS "nextAt", count(*) OVER () AS total
  FROM gap CROSS JOIN LATERAL (
    SELECT e.occurred_at, e.recorded_at FROM ${month} e
    WHERE e.session_id = gap.session_id AND e.seq = gap.last + 1 ORDER BY e.occurred_at LIMIT 1
  ) AS next
  WHERE next.occurred_at >= $1 AND next.recorded_at <= now() - make_interval(secs => $2) AND NOT (
    gap.first = 1 AND EXISTS (
      SELECT FROM spark_sessions s
      WHERE s.session_id = gap.session_id AND s.started_at < (
        SELECT (max(r.day) + 1)::timestamp AT TIME ZONE 'UTC' FROM spark_rolled_days r WHERE r.events_dropped_at IS NOT NULL)))
  ORDER BY next.occurred_at, gap.session_id LIMIT $3`;
