import type { InsightScope } from '../../../shared/contracts/index.ts';
import { latencyBoundsMs } from '../../../shared/domain/latency.ts';

/*
 * The same figures as database/queries/insightStatements.ts tells, from the journal's own tables. `:first` is the first
 * UTC day, `:next` the one after the last, `:filter` the project's name or the session's id where there is such a scope.
 * A time is ISO 8601 in UTC, so its first ten characters are its day and it sorts among the days.
 */
const filterOf: Readonly<Record<InsightScope['kind'], string>> = {
  all: 'true',
  machine: 'true',
  project: 't.session_id IN (SELECT s.session_id FROM sessions s WHERE s.project_name = :filter)',
  session: 't.session_id = :filter',
};
const during = (time: string, kind: InsightScope['kind']): string =>
  `${time} >= :first AND ${time} < :next AND ${filterOf[kind]}`;

const outcomes = ['succeeded', 'failed', 'denied', 'cancelled']
  .map((state) => `count(*) FILTER (WHERE t.state = '${state}') AS ${state}`)
  .join(', ');
/** As events carry it. */
const name = 'substr(t.name, 1, 128)';
/** Between two times, whole milliseconds: a Julian day has them to within 0.05. */
const elapsed = 'max(0, round((julianday(t.finished_at) - julianday(t.created_at)) * 86400000.0))';

/** As `latencyBucketOf` finds it. */
const bucketOf = (ms: string): string =>
  `CASE ${latencyBoundsMs.map((bound, bucket) => `WHEN ${ms} <= ${bound} THEN ${bucket}`).join(' ')} ELSE ${latencyBoundsMs.length} END`;

/** The middle of the sorted rows `ranked` (place from 1, n, ms), between two where there are two, as percentile_cont has it. */
const median = `avg(CASE WHEN place IN ((n + 1) / 2, n / 2 + 1) THEN ms END) AS medianMs`;

export const usageSql = (kind: InsightScope['kind']): string =>
  `SELECT substr(t.created_at, 1, 10) AS day, t.provider, t.model, count(*) AS responses,
          coalesce(sum(t.usage ->> '$.inputTokens'), 0) AS inputTokens,
          coalesce(sum(t.usage ->> '$.cachedTokens'), 0) AS cachedTokens,
          coalesce(sum(t.usage ->> '$.outputTokens'), 0) AS outputTokens,
          coalesce(sum(t.cost_micro_usd), 0) AS costMicroUsd, count(*) - count(t.cost_micro_usd) AS unpricedResponses
   FROM usage t WHERE ${during('t.created_at', kind)} GROUP BY 1, 2, 3`;

export const callsSql = (kind: InsightScope['kind']): string =>
  `SELECT substr(t.finished_at, 1, 10) AS day, ${outcomes} FROM calls t WHERE ${during('t.finished_at', kind)} GROUP BY 1`;

/** The calls of a function whose durations are in one bucket, a row for each. */
export const functionBucketsSql = (kind: InsightScope['kind']): string =>
  `WITH ended AS (SELECT ${name} AS name, t.state, ${elapsed} AS ms FROM calls t WHERE ${during('t.finished_at', kind)})
   SELECT t.name, ${bucketOf('t.ms')} AS bucket, ${outcomes} FROM ended t GROUP BY 1, 2`;

export const costsSql = (kind: InsightScope['kind']): string =>
  `SELECT substr(c.name, 1, 128) AS name, coalesce(sum(t.cost_micro_usd), 0) AS costMicroUsd
   FROM usage t JOIN calls c ON c.session_id = t.session_id AND c.call_id = t.call_id
   WHERE ${during('t.created_at', kind)} GROUP BY 1`;

export const errorsSql = (kind: InsightScope['kind']): string =>
  `SELECT 'function_call' AS kind, ${name} AS name, coalesce(substr(t.error ->> '$.code', 1, 64), 'unknown') AS code, count(*) AS errors
   FROM calls t WHERE t.state = 'failed' AND ${during('t.finished_at', kind)} GROUP BY 2, 3
   UNION ALL
   SELECT 'build', t.target, 'build_failed', count(*) FROM builds t
   WHERE t.state IN ('failed', 'cancelled') AND ${during('t.completed_at', kind)} GROUP BY t.target`;

export const eventsSql = (kind: InsightScope['kind']): string =>
  `SELECT t.type, sum(t.events) AS events FROM event_days t WHERE ${during('t.day', kind)} GROUP BY t.type`;

const ends = `count(*) FILTER (WHERE t.state = 'succeeded') AS completed,
  count(*) FILTER (WHERE t.state IN ('failed', 'cancelled')) AS failed`;

export const buildsSql = (kind: InsightScope['kind']): string =>
  `SELECT substr(t.completed_at, 1, 10) AS day, ${ends} FROM builds t WHERE ${during('t.completed_at', kind)} GROUP BY 1`;

export const targetsSql = (kind: InsightScope['kind']): string =>
  `WITH ended AS (SELECT * FROM builds t WHERE ${during('t.completed_at', kind)}), ranked AS (
     SELECT target, elapsed_ms AS ms, row_number() OVER (PARTITION BY target ORDER BY elapsed_ms) AS place,
            count(*) OVER (PARTITION BY target) AS n,
            first_value(size_bytes) OVER (PARTITION BY target ORDER BY completed_at DESC, build_id DESC) AS newest
     FROM ended WHERE state = 'succeeded'
   ), times AS (SELECT target, CAST(round(max(newest)) AS INTEGER) AS lastSizeBytes, ${median} FROM ranked GROUP BY target)
   SELECT t.target, ${ends}, times.medianMs, times.lastSizeBytes FROM ended t LEFT JOIN times USING (target) GROUP BY t.target`;

export const projectsSql =
  'SELECT DISTINCT project_name AS name FROM sessions WHERE project_name IS NOT NULL ORDER BY 1 LIMIT 200';
