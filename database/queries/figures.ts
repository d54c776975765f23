import { z } from 'zod';
import type { SqlClient } from '../pool.ts';
import { callPercentile } from './callBuckets.ts';
import type { WindowGrain } from './windows.ts';

/*
 * The same figures read in three ways, each from its own rows and by nothing of the others: from the events themselves, from
 * the daily tables, from the windows. Who compares them knows whether the analytics tell the truth.
 */
const figure = z.object({
  /** What is counted: `events`, `calls`, `p95 ms`, `input tokens by model`… */
  figure: z.string(),
  /** Of whom: event type, function, model or user. */
  name: z.string(),
  /** Null where there is nothing to make it of. */
  value: z.coerce.number().nullable(),
});
export type Figure = z.infer<typeof figure>;

/** Rows of `groups`, a column per figure, as a row per figure. */
const unpivot = (groups: string, by: string, columns: Readonly<Record<string, string>>): string => `
  SELECT v.figure, g.name, v.value::numeric AS value FROM (${groups}) AS g,
    LATERAL (VALUES ${Object.entries(columns)
      .map(([name, column]) => `('${name}${by}', g.${column}::numeric)`)
      .join(', ')}) AS v (figure, value)`;

const callFigures = { calls: 'calls', 'failed calls': 'failed', 'p50 ms': 'p50', 'p95 ms': 'p95' };
const usageFigures = {
  responses: 'responses',
  'input tokens': 'input_tokens',
  'cached tokens': 'cached_tokens',
  'output tokens': 'output_tokens',
  'cost µ$': 'cost_micro_usd',
  'unpriced responses': 'unpriced_responses',
};
const callsOf = (from: string): string => `
  SELECT c.name, sum(c.total) AS calls, coalesce(sum(c.total) FILTER (WHERE c.outcome = 'failed'), 0) AS failed,
         ${callPercentile(0.5)} AS p50, ${callPercentile(0.95)} AS p95 FROM ${from} AS c GROUP BY c.name`;
const callsOfHours = (from: string): string => `
  SELECT 'p95 ms at ' || to_char(c.hour AT TIME ZONE 'UTC', 'HH24:MI') AS figure, c.name, ${callPercentile(0.95)}::numeric AS value
  FROM ${from} AS c GROUP BY c.hour, c.name`;

const usageSums = `sum(u.responses) AS responses, sum(u.input_tokens) AS input_tokens, sum(u.cached_tokens) AS cached_tokens,
  sum(u.output_tokens) AS output_tokens, sum(u.cost_micro_usd) AS cost_micro_usd, sum(u.unpriced_responses) AS unpriced_responses`;
const usageBy = (column: string, from: string): string =>
  unpivot(`SELECT u.${column} AS name, ${usageSums} FROM ${from} AS u GROUP BY 1`, ` by ${byOf(column)}`, usageFigures);
const byOf = (column: string): string => (column === 'user_id' ? 'user' : column);

const number = (field: string): string => `(e.payload ->> '${field}')::numeric`;
const ofEvents = `
  WITH e AS MATERIALIZED (SELECT * FROM spark_events WHERE recorded_at >= $1 AND recorded_at < $2),
  calls AS (
    SELECT e.payload ->> 'name' AS name, e.payload ->> 'state' AS outcome, date_trunc('hour', e.recorded_at, 'UTC') AS hour,
           spark_latency_bucket(${number('durationMs')}::double precision) AS bucket, 1::bigint AS total
    FROM e WHERE e.type = 'function_call' AND e.payload ->> 'state' IN ('succeeded', 'failed', 'denied', 'cancelled')
  ), usage AS (
    SELECT e.payload ->> 'model' AS model, coalesce(e.user_id, '') AS user_id, 1 AS responses, ${number('inputTokens')} AS input_tokens,
           ${number('cachedTokens')} AS cached_tokens, ${number('outputTokens')} AS output_tokens,
           coalesce(${number('costMicroUsd')}, 0) AS cost_micro_usd, (e.payload ->> 'costMicroUsd' IS NULL)::int AS unpriced_responses
    FROM e WHERE e.type = 'usage'
  )
  SELECT 'events' AS figure, e.type AS name, count(*)::numeric AS value FROM e GROUP BY e.type
  UNION ALL ${unpivot(callsOf('calls'), '', callFigures)}
  UNION ALL ${callsOfHours('calls')}
  UNION ALL ${usageBy('model', 'usage')}
  UNION ALL ${usageBy('user_id', 'usage')}`;

/** Of the events that were recorded from `since` to before `until`. */
export const readEventFigures = (reader: SqlClient, range: { since: Date; until: Date }): Promise<Figure[]> =>
  reader.rows({ text: ofEvents, values: [range.since, range.until] }, figure);

const ofDay = `
  SELECT 'events' AS figure, d.type AS name, d.events::numeric AS value FROM spark_events_daily d WHERE d.day = $1::date
  UNION ALL ${unpivot(
    `SELECT d.name, max(d.attempts) AS calls, sum(d.errors) AS failed FROM spark_errors_daily d
     WHERE d.day = $1::date AND d.kind = 'function_call' GROUP BY d.name`,
    '',
    { calls: 'calls', 'failed calls': 'failed' },
  )}
  UNION ALL ${usageBy('model', '(SELECT * FROM spark_usage_daily WHERE day = $1::date)')}`;

/** Of the daily tables, as they were rolled last: a UTC day, `2026-11-23`. They know no user and no duration. */
export const readDayFigures = (reader: SqlClient, day: string): Promise<Figure[]> =>
  reader.rows({ text: ofDay, values: [day] }, figure);

const inRange = 'w.grain = $3 AND w.window_start >= $1 AND w.window_start < $2';
const ofWindows = `
  WITH w AS MATERIALIZED (
    SELECT w.kind, w.name, w.outcome, w.latency_bucket AS bucket, w.total, date_trunc('hour', w.window_start, 'UTC') AS hour
    FROM spark_metrics_windowed w WHERE ${inRange}
  ), calls AS (SELECT * FROM w WHERE w.kind = 'function_call'),
  usage AS (SELECT * FROM spark_usage_windowed w WHERE ${inRange})
  SELECT 'events' AS figure, w.name, sum(w.total)::numeric AS value FROM w WHERE w.kind = 'event' GROUP BY w.name
  UNION ALL ${unpivot(callsOf('calls'), '', callFigures)}
  UNION ALL ${callsOfHours('calls')}
  UNION ALL ${usageBy('model', 'usage')}
  UNION ALL ${usageBy('user_id', 'usage')}`;

/** Of the windows of one length that began from `since` to before `until`; late ones are in them. */
export const readWindowFigures = (
  reader: SqlClient,
  range: { since: Date; until: Date; grain: WindowGrain },
): Promise<Figure[]> => reader.rows({ text: ofWindows, values: [range.since, range.until, range.grain] }, figure);

/** All that is stored, of any time. */
export async function countStoredEvents(reader: SqlClient): Promise<number> {
  const [row] = await reader.rows(
    { text: 'SELECT count(*) AS events FROM spark_events' },
    z.object({ events: z.coerce.number() }),
  );
  return row?.events ?? 0;
}
