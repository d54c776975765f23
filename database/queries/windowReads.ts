import { z } from 'zod';
import type { AnalyticsAnswer } from '../../shared/contracts/index.ts';
import type { SqlClient } from '../pool.ts';
import { callOutcomes, callPercentile } from './callBuckets.ts';

export interface WindowRange {
  readonly grain: 'minute' | 'hour';
  /** First moments of windows: `from` is counted, `before` is not. ISO 8601. */
  readonly from: string;
  readonly before: string;
  readonly limit: number;
}

const count = z.coerce.number();
const time = z.date().transform((at) => at.toISOString());
const window = { windowStart: time, windowEnd: time };
const metricsRow = z.object({
  ...window,
  kind: z.enum(['event', 'function_call']),
  name: z.string(),
  total: count,
  late: count,
  succeeded: count,
  failed: count,
  denied: count,
  cancelled: count,
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
});
const usageRow = z.object({
  ...window,
  provider: z.string(),
  model: z.string(),
  userId: z.string(),
  responses: count,
  lateResponses: count,
  inputTokens: count,
  cachedTokens: count,
  outputTokens: count,
  costMicroUsd: count,
  unpricedResponses: count,
});

const inRange = `grain = $1 AND window_start >= $2::timestamptz AND window_start < $3::timestamptz`;

/**
 * What Flink counted, a row per window and name, in their order, behind `after`; late ones are in the totals. Percentiles
 * are bounds of buckets, of the calls that succeeded or failed.
 */
export function readMetricWindows(
  reader: SqlClient,
  { grain, from, before, limit }: WindowRange,
  after: readonly [windowStart: string, kind: string, name: string] | null,
): Promise<AnalyticsAnswer<'windows'>['items']> {
  return reader.rows(
    {
      text: `SELECT window_start AS "windowStart", window_end AS "windowEnd", kind, name, sum(total) AS total,
                    coalesce(sum(total) FILTER (WHERE is_late), 0) AS late, ${callOutcomes},
                    ${callPercentile(0.5, 'latency_bucket')} AS "p50Ms", ${callPercentile(0.95, 'latency_bucket')} AS "p95Ms"
             FROM spark_metrics_windowed
             WHERE ${inRange} AND ($4::timestamptz IS NULL OR (window_start, kind, name) > ($4, $5, $6))
             GROUP BY window_start, window_end, kind, name ORDER BY window_start, kind, name LIMIT $7`,
      values: [grain, from, before, ...(after ?? [null, null, null]), limit],
    },
    metricsRow,
  );
}

/** The same of tokens and money, a row per window, model and person. */
export function readUsageWindows(
  reader: SqlClient,
  { grain, from, before, limit }: WindowRange,
  after: readonly [windowStart: string, provider: string, model: string, userId: string] | null,
): Promise<AnalyticsAnswer<'usageWindows'>['items']> {
  return reader.rows(
    {
      text: `SELECT window_start AS "windowStart", window_end AS "windowEnd", provider, model, user_id AS "userId",
                    sum(responses) AS responses, coalesce(sum(responses) FILTER (WHERE is_late), 0) AS "lateResponses",
                    sum(input_tokens) AS "inputTokens", sum(cached_tokens) AS "cachedTokens", sum(output_tokens) AS "outputTokens",
                    sum(cost_micro_usd) AS "costMicroUsd", sum(unpriced_responses) AS "unpricedResponses"
             FROM spark_usage_windowed
             WHERE ${inRange} AND ($4::timestamptz IS NULL OR (window_start, provider, model, user_id) > ($4, $5, $6, $7))
             GROUP BY window_start, window_end, provider, model, user_id
             ORDER BY window_start, provider, model, user_id LIMIT $8`,
      values: [grain, from, before, ...(after ?? [null, null, null, null]), limit],
    },
    usageRow,
  );
}
