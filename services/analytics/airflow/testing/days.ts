import type { FreshDatabase } from '../../../../database/testing/freshDatabase.ts';

/**
 * Events of each UTC day of a range, with responses, calls and builds, the first and last microsecond of a day included,
 * and the note of their days. `salt` makes other ids: a second call with another one adds late events.
 */
export async function storeDays(database: FreshDatabase, first: string, last: string, salt: string): Promise<void> {
  const values = [first, last, salt];
  await database.query('SELECT spark_ensure_partitions($1::date, $2::date)', [first, last]);
  const days = `generate_series($1::timestamp, $2::timestamp, interval '1 day') AS day`;
  // Differing numbers per day, so that a day rolled as another one is seen.
  const items = `${days}, LATERAL generate_series(1, 20 + extract(doy FROM day)::int % 7) AS n,
    LATERAL (SELECT md5($3 || day || n) AS id, md5($3 || day || n % 4)::uuid AS session,
                    (day AT TIME ZONE 'UTC') + CASE n WHEN 1 THEN interval '0' WHEN 2 THEN interval '1 day' - interval '1 microsecond'
                                                      ELSE n * interval '50 minutes' END AS at) AS made`;
  await database.query(
    `WITH events AS (
       INSERT INTO spark_events (occurred_at, event_id, session_id, seq, type, recorded_at, payload)
       SELECT at, id::uuid, session, n, (ARRAY['usage', 'function_call', 'telemetry'])[1 + n % 3], at, '{}' FROM ${items}
       RETURNING occurred_at)
     SELECT spark_mark_days(array_agg(DISTINCT (occurred_at AT TIME ZONE 'UTC')::date)) FROM events`,
    values,
  );
  await database.query(
    `INSERT INTO spark_usage (session_id, response_id, provider, model, input_tokens, cached_tokens, output_tokens, cost_micro_usd, occurred_at, seq)
     SELECT session, id, 'openai', 'model-' || n % 2, n * 10, n, n * 3, CASE WHEN n % 5 > 0 THEN n * 100 END, at, n FROM ${items}`,
    values,
  );
  await database.query(
    `INSERT INTO spark_function_calls (session_id, call_id, name, effect, state, error_code, received_at, finished_at, seq)
     SELECT session, id, 'function-' || n % 3, 'read', CASE WHEN n % 4 = 0 THEN 'failed' ELSE 'succeeded' END,
            CASE WHEN n % 8 = 0 THEN 'unity_busy' END, at, at, n FROM ${items}`,
    values,
  );
  await database.query(
    `INSERT INTO spark_build_jobs (session_id, build_id, target, state, started_at, finished_at, seq)
     SELECT session, id::uuid, 'WebGL', CASE WHEN n % 3 = 0 THEN 'failed' ELSE 'completed' END, at, at, n FROM ${items}`,
    values,
  );
}

/** What each daily table should hold, aggregated from the rows directly, in words of its own. */
const direct = {
  spark_events_daily: {
    columns: 'day, type, events, sessions',
    sql: `SELECT (occurred_at AT TIME ZONE 'UTC')::date AS day, type, count(*) AS events, count(DISTINCT session_id) AS sessions
          FROM spark_events GROUP BY 1, 2`,
  },
  spark_usage_daily: {
    columns:
      'day, provider, model, responses, sessions, input_tokens, cached_tokens, output_tokens, cost_micro_usd, unpriced_responses',
    sql: `SELECT (occurred_at AT TIME ZONE 'UTC')::date AS day, provider, model, count(*) AS responses,
                 count(DISTINCT session_id) AS sessions, sum(input_tokens) AS input_tokens, sum(cached_tokens) AS cached_tokens,
                 sum(output_tokens) AS output_tokens, sum(coalesce(cost_micro_usd, 0)) AS cost_micro_usd,
                 sum((cost_micro_usd IS NULL)::int) AS unpriced_responses
          FROM spark_usage GROUP BY 1, 2, 3`,
  },
  // Every name here has failures, so there is a row per code of them and none without one.
  spark_errors_daily: {
    columns: 'day, kind, name, error_code, errors, attempts',
    sql: `SELECT * FROM (
            SELECT DISTINCT day, kind, name, code, count(*) FILTER (WHERE code IS NOT NULL) OVER (PARTITION BY day, kind, name, code),
                   count(*) OVER (PARTITION BY day, kind, name)
            FROM (SELECT (finished_at AT TIME ZONE 'UTC')::date AS day, 'function_call' AS kind, name,
                         CASE state WHEN 'failed' THEN coalesce(error_code, 'unknown') END AS code FROM spark_function_calls
                  UNION ALL
                  SELECT (finished_at AT TIME ZONE 'UTC')::date, 'build', target, CASE state WHEN 'failed' THEN 'build_failed' END
                  FROM spark_build_jobs) AS ended
          ) AS counted (day, kind, name, error_code, errors, attempts) WHERE error_code IS NOT NULL`,
  },
} as const;

/** How many days are rolled, and per daily table its rows and those that are in it or in the direct aggregation only. */
export async function compareDays(database: FreshDatabase): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const [table, { columns, sql }] of Object.entries(direct)) {
    const [row] = await database.query(
      `WITH rolled AS (SELECT ${columns} FROM ${table}), direct AS (SELECT ${columns} FROM (${sql}) AS aggregated)
       SELECT (SELECT count(DISTINCT day)::int FROM rolled) AS days,
              (SELECT count(*)::int FROM ((TABLE rolled EXCEPT TABLE direct) UNION ALL (TABLE direct EXCEPT TABLE rolled)) AS d) AS different`,
    );
    found[table] = row;
  }
  return found;
}

/** What `compareDays` says when so many days are rolled and nothing differs. */
export const allEqual = (days: number): Record<string, unknown> =>
  Object.fromEntries(Object.keys(direct).map((table) => [table, { days, different: 0 }]));
