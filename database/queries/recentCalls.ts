import { z } from 'zod';
import type { SqlClient } from '../pool.ts';

const recentRow = z.object({
  name: z.string(),
  succeeded: z.coerce.number(),
  failed: z.coerce.number(),
  p95Ms: z.number().nullable(),
});
export type RecentCalls = z.infer<typeof recentRow>;

/** A name is what an event said: whoever publishes many makes no more than these. */
const maxNames = 50;

/**
 * Function calls that ended by themselves in the last minutes, by function, those with the most calls; `p95Ms` is exact and covers the wait for an
 * approval. By the index on the time of the end.
 */
export function readRecentCalls(reader: SqlClient, minutes: number): Promise<RecentCalls[]> {
  return reader.rows(
    {
      text: `SELECT name, count(*) FILTER (WHERE state = 'succeeded') AS succeeded, count(*) FILTER (WHERE state = 'failed') AS failed,
                    percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) AS "p95Ms"
             FROM spark_function_calls
             WHERE finished_at > now() - make_interval(mins => $1) AND finished_at <= now() AND state IN ('succeeded', 'failed')
             GROUP BY name ORDER BY count(*) DESC, name LIMIT $2`,
      values: [minutes, maxNames],
    },
    recentRow,
  );
}
