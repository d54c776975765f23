import type { InsightScope } from '../../shared/contracts/index.ts';
import { callOutcomes, callPercentile, countedCalls } from './callBuckets.ts';

/*
 * $1 and $2 are the first and the last UTC day, $3 the project's name or the session's id where there is such a scope.
 * Without one the daily tables answer, but for today and the newest days that are due: those are counted from the rows
 * themselves, so that a figure is never older than the server it is read from. Rows are sorted by what they are grouped
 * by: the same figures are the same answer, whatever the plan.
 */

/** Days that are counted at the moment, today among them; more that are due are shown as they were rolled. */
const maxLiveDays = 4;
const live = `live AS (
  SELECT day FROM (SELECT $2::date AS day UNION SELECT d.day FROM spark_days_due() d WHERE d.day BETWEEN $1::date AND $2::date) AS known
  ORDER BY day DESC LIMIT ${maxLiveDays})`;
const rolled = 'd.day BETWEEN $1::date AND $2::date AND d.day NOT IN (SELECT live.day FROM live)';

const startOf = (day: string): string => `(${day})::timestamp AT TIME ZONE 'UTC'`;
const during = (time: string): string => `${time} >= ${startOf('$1::date')} AND ${time} < ${startOf('$2::date + 1')}`;
/** Rows of `table` on the days that are counted now: one look into the index on its time for each. */
const onLiveDays = (table: string, time: string): string =>
  `live JOIN ${table} t ON t.${time} >= ${startOf('live.day')} AND t.${time} < ${startOf('live.day + 1')}`;
const dayOf = (time: string): string => `(${time} AT TIME ZONE 'UTC')::date`;
const text = (day: string): string => `to_char(${day}, 'YYYY-MM-DD')`;

const filterOf: Readonly<Record<InsightScope['kind'], string>> = {
  all: 'true',
  machine: 'true',
  project: 't.session_id IN (SELECT s.session_id FROM spark_sessions s WHERE s.project_name = $3)',
  session: 't.session_id = $3::uuid',
};

const usageSums = `count(*) AS responses, sum(t.input_tokens) AS "inputTokens", sum(t.cached_tokens) AS "cachedTokens",
  sum(t.output_tokens) AS "outputTokens", coalesce(sum(t.cost_micro_usd), 0) AS "costMicroUsd",
  count(*) FILTER (WHERE t.cost_micro_usd IS NULL) AS "unpricedResponses"`;

/** As `spark_rollup_day` counts them. */
const failures = (callRows: string, buildRows: string): string => `
  SELECT 'function_call' AS kind, t.name, coalesce(t.error_code, 'unknown') AS code, count(*) AS errors
  FROM ${callRows} AND t.state = 'failed' GROUP BY t.name, 3
  UNION ALL
  SELECT 'build', t.target, 'build_failed', count(*) FROM ${buildRows} AND t.state = 'failed' GROUP BY t.target`;

export const usageSql = (kind: InsightScope['kind']): string =>
  kind === 'all'
    ? `WITH ${live}
       SELECT ${text('d.day')} AS day, d.provider, d.model, d.responses, d.input_tokens AS "inputTokens",
              d.cached_tokens AS "cachedTokens", d.output_tokens AS "outputTokens", d.cost_micro_usd AS "costMicroUsd",
              d.unpriced_responses AS "unpricedResponses"
       FROM spark_usage_daily d WHERE ${rolled}
       UNION ALL
       SELECT ${text('live.day')}, t.provider, t.model, ${usageSums}
       FROM ${onLiveDays('spark_usage', 'occurred_at')} GROUP BY live.day, t.provider, t.model
       ORDER BY 1, 2, 3`
    : `SELECT ${text(dayOf('t.occurred_at'))} AS day, t.provider, t.model, ${usageSums}
       FROM spark_usage t WHERE ${during('t.occurred_at')} AND ${filterOf[kind]} GROUP BY 1, 2, 3
       ORDER BY 1, 2, 3`;

export const errorsSql = (kind: InsightScope['kind']): string =>
  kind === 'all'
    ? `WITH ${live}
       SELECT e.kind, e.name, e.code, sum(e.errors) AS errors FROM (
         SELECT d.kind, d.name, d.error_code AS code, d.errors FROM spark_errors_daily d WHERE ${rolled} AND d.errors > 0
         UNION ALL (${failures(onLiveDays('spark_function_calls', 'finished_at'), onLiveDays('spark_build_jobs', 'finished_at'))})
       ) AS e GROUP BY 1, 2, 3
       ORDER BY 1, 2, 3`
    : `${failures(
        `spark_function_calls t WHERE ${during('t.finished_at')} AND ${filterOf[kind]}`,
        `spark_build_jobs t WHERE ${during('t.finished_at')} AND ${filterOf[kind]}`,
      )} ORDER BY 1, 2, 3`;

export const eventsSql = (kind: InsightScope['kind']): string =>
  kind === 'all'
    ? `WITH ${live}
       SELECT e.type, sum(e.events) AS events FROM (
         SELECT d.type, d.events FROM spark_events_daily d WHERE ${rolled}
         UNION ALL
         SELECT t.type, count(*) FROM ${onLiveDays('spark_events', 'occurred_at')} GROUP BY t.type
       ) AS e GROUP BY e.type ORDER BY 1`
    : `SELECT t.type, count(*) AS events FROM spark_events t WHERE ${during('t.occurred_at')} AND ${filterOf[kind]} GROUP BY t.type ORDER BY 1`;

const outcomes = ['succeeded', 'failed', 'denied', 'cancelled']
  .map((state) => `count(*) FILTER (WHERE t.state = '${state}') AS ${state}`)
  .join(', ');
const endedCalls = (kind: InsightScope['kind']): string =>
  `spark_function_calls t WHERE ${during('t.finished_at')} AND ${filterOf[kind]}`;
const endedBuilds = (kind: InsightScope['kind']): string =>
  `FROM spark_build_jobs t WHERE ${during('t.finished_at')} AND ${filterOf[kind]}`;
const ofCompleted = `FILTER (WHERE t.state = 'completed')`;

export const callsSql = (kind: InsightScope['kind']): string =>
  `SELECT ${text(dayOf('t.finished_at'))} AS day, ${outcomes} FROM ${endedCalls(kind)} GROUP BY 1 ORDER BY 1`;

/** Counted by bucket first: the percentile is the one that windows and alerts read. */
export const functionsSql = (kind: InsightScope['kind']): string =>
  `SELECT name, ${callOutcomes}, ${callPercentile(0.5)} AS "medianMs", ${callPercentile(0.95)} AS "p95Ms"
   FROM (${countedCalls(endedCalls(kind))}) AS calls GROUP BY name ORDER BY 1`;

export const costsSql = (kind: InsightScope['kind']): string =>
  `SELECT c.name, coalesce(sum(t.cost_micro_usd), 0) AS "costMicroUsd"
   FROM spark_usage t JOIN spark_function_calls c ON c.session_id = t.session_id AND c.call_id = t.call_id
   WHERE ${during('t.occurred_at')} AND ${filterOf[kind]} GROUP BY c.name ORDER BY 1`;

export const buildsSql = (kind: InsightScope['kind']): string =>
  `SELECT ${text(dayOf('t.finished_at'))} AS day, count(*) ${ofCompleted} AS completed,
          count(*) FILTER (WHERE t.state = 'failed') AS failed
   ${endedBuilds(kind)} GROUP BY 1 ORDER BY 1`;

export const targetsSql = (kind: InsightScope['kind']): string =>
  `SELECT t.target, count(*) ${ofCompleted} AS completed, count(*) FILTER (WHERE t.state = 'failed') AS failed,
          percentile_cont(0.5) WITHIN GROUP (ORDER BY t.elapsed_ms) ${ofCompleted} AS "medianMs",
          (array_agg(t.size_bytes ORDER BY t.finished_at DESC, t.build_id DESC) ${ofCompleted})[1] AS "lastSizeBytes"
   ${endedBuilds(kind)} GROUP BY t.target ORDER BY 1`;

/** Days that are due and not counted now. */
export const waitingSql = `WITH ${live}
  SELECT count(*) AS waiting FROM spark_days_due() d
  WHERE d.day BETWEEN $1::date AND $2::date AND d.day NOT IN (SELECT live.day FROM live)`;

export const projectsSql = `SELECT DISTINCT project_name AS name FROM spark_sessions WHERE project_name IS NOT NULL ORDER BY 1 LIMIT 200`;
