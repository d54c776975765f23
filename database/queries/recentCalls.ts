import { z } from 'zod';
import { latencyBoundsMs } from '../../shared/domain/latency.ts';
import type { SqlClient } from '../pool.ts';
import { callOutcomes, callPercentile, countedCalls } from './callBuckets.ts';

const recentRow = z.object({
  name: z.string(),
  succeeded: z.coerce.number(),
  failed: z.coerce.number(),
  /** Longer than the last bound of the buckets: `p95Ms` says no more than that bound of them. */
  beyondBounds: z.coerce.number(),
  p95Ms: z.number().nullable(),
});
export type RecentCalls = z.infer<typeof recentRow>;

/** A name is what an event said: whoever publishes many makes no more than these. */
const maxNames = 50;

/**
 * Function calls that ended by themselves in the last minutes, by function, those with the most calls; `p95Ms` is the bound
 * of a bucket and covers the wait for an approval. By the index on the time of the end.
 */
export function readRecentCalls(reader: SqlClient, minutes: number): Promise<RecentCalls[]> {
  const ended = `spark_function_calls t
    WHERE t.finished_at > now() - make_interval(mins => $1) AND t.finished_at <= now() AND t.state IN ('succeeded', 'failed')`;
  return reader.rows(
    {
      text: `SELECT name, ${callOutcomes}, ${callPercentile(0.95)} AS "p95Ms",
                    coalesce(sum(total) FILTER (WHERE bucket = ${latencyBoundsMs.length}), 0) AS "beyondBounds"
             FROM (${countedCalls(ended)}) AS calls
             GROUP BY name ORDER BY sum(total) DESC, name LIMIT $2`,
      values: [minutes, maxNames],
    },
    recentRow,
  );
}
