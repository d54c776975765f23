import { z } from 'zod';
import type { SqlClient } from '../pool.ts';

const grain = z.enum(['minute', 'hour']);
/** Length of the windows; both count the same events. */
export type WindowGrain = z.infer<typeof grain>;

const span = z.object({ since: z.date().nullable(), written: z.date().nullable() });
const dueEnd = z.object({ due: z.date().nullable() });
const difference = z.object({
  table: z.string(),
  grain,
  windowStart: z.date(),
  /** What is counted: kind, name, outcome and bucket, or provider, model and user. */
  what: z.string(),
  /** Each figure as the windows have it and as the events have it; null where a row is missing. */
  windowed: z.string().nullable(),
  counted: z.string().nullable(),
});
/** A figure of a closed window that is not what the stored events say. */
export type WindowDifference = z.infer<typeof difference>;

/** How long a window waits for what comes later; twice what a dead consumer holds its events for (`SPARK_CONSUMER_ACK_WAIT_S`). */
export const windowLatenessSeconds = 60;

export interface WindowComparison {
  readonly grain: WindowGrain;
  /** Start of the first window that was written, from what was asked for on; null while there is none. */
  readonly since: Date | null;
  /** End of the newest window that was written, ever; before `until`, the windows are behind the events. */
  readonly written: Date | null;
  /** End of the newest window that is compared: written, or closed by the stored events; null without one since then. */
  readonly until: Date | null;
  /** Rows compared, of both tables. */
  readonly rows: number;
  /** Events, as the windows count them, that came after their window was closed; they are in the comparison. */
  readonly late: number;
  readonly differences: readonly WindowDifference[];
}

/** A number of the payload as a whole one; null for anything else, so that an event from the future harms nothing. */
const whole = (field: string): string =>
  `CASE WHEN jsonb_typeof(e.payload -> '${field}') = 'number' THEN (e.payload ->> '${field}')::numeric::bigint END`;

/** A text of the payload; null for what is none, also for the same reason. */
const word = (field: string): string =>
  `CASE WHEN jsonb_typeof(e.payload -> '${field}') = 'string' THEN e.payload ->> '${field}' END`;

/** The plain aggregation that the windows must equal: of events recorded from $1 to before $2, by $3 (a grain). */
const countedMetrics = `
  SELECT date_trunc($3, f.recorded_at, 'UTC') AS window_start, concat_ws(' ', f.kind, f.name, f.outcome, f.bucket) AS what,
         count(*)::text AS figures
  FROM (
    SELECT e.recorded_at, 'event' AS kind, e.type AS name, '' AS outcome, -1 AS bucket
    FROM spark_events e WHERE e.recorded_at >= $1 AND e.recorded_at < $2
    UNION ALL
    SELECT e.recorded_at, 'function_call', ${word('name')}, ${word('state')},
           spark_latency_bucket(CASE WHEN jsonb_typeof(e.payload -> 'durationMs') = 'number'
                                     THEN (e.payload ->> 'durationMs')::double precision END)
    FROM spark_events e
    WHERE e.recorded_at >= $1 AND e.recorded_at < $2 AND e.type = 'function_call' AND ${word('name')} IS NOT NULL
      AND ${word('state')} IN ('succeeded', 'failed', 'denied', 'cancelled')
  ) AS f GROUP BY 1, 2`;
const windowedMetrics = `
  SELECT w.window_start, concat_ws(' ', w.kind, w.name, w.outcome, w.latency_bucket) AS what, sum(w.total)::text AS figures
  FROM spark_metrics_windowed w WHERE w.grain = $3 AND w.window_start >= $1 AND w.window_start < $2 GROUP BY 1, 2`;

const countedUsage = `
  SELECT date_trunc($3, u.recorded_at, 'UTC') AS window_start, concat_ws(' ', u.provider, u.model, u.user_id) AS what,
         concat_ws(' ', count(*), sum(u.input), sum(u.cached), sum(u.output), sum(coalesce(u.cost, 0)),
                   count(*) FILTER (WHERE u.cost IS NULL)) AS figures
  FROM (
    SELECT e.recorded_at, ${word('provider')} AS provider, ${word('model')} AS model, coalesce(e.user_id, '') AS user_id,
           coalesce(${whole('inputTokens')}, 0) AS input, coalesce(${whole('cachedTokens')}, 0) AS cached,
           coalesce(${whole('outputTokens')}, 0) AS output, ${whole('costMicroUsd')} AS cost
    FROM spark_events e
    WHERE e.recorded_at >= $1 AND e.recorded_at < $2 AND e.type = 'usage'
      AND ${word('provider')} IS NOT NULL AND ${word('model')} IS NOT NULL
  ) AS u GROUP BY 1, 2`;
const windowedUsage = `
  SELECT w.window_start, concat_ws(' ', w.provider, w.model, w.user_id) AS what,
         concat_ws(' ', sum(w.responses), sum(w.input_tokens), sum(w.cached_tokens), sum(w.output_tokens), sum(w.cost_micro_usd),
                   sum(w.unpriced_responses)) AS figures
  FROM spark_usage_windowed w WHERE w.grain = $3 AND w.window_start >= $1 AND w.window_start < $2 GROUP BY 1, 2`;

const compare = (table: string, counted: string, windowed: string): string => `
  SELECT '${table}' AS table, $3 AS grain, window_start AS "windowStart", what, w.figures AS windowed, c.figures AS counted
  FROM (${counted}) AS c FULL JOIN (${windowed}) AS w USING (window_start, what)`;

/**
 * End of the newest window with events in it that later events closed: what windows must be there does not depend on what
 * was written. A quiet time closes nothing. Events of the last half minute may be under way, and those from the future
 * close less than they say; neither counts.
 */
const closedByEvents = `
  WITH told AS (SELECT max(recorded_at) AS newest FROM spark_events WHERE recorded_at >= $2 AND recorded_at <= now() - interval '30 seconds')
  SELECT date_trunc($1, max(e.recorded_at), 'UTC') + ('1 ' || $1)::interval AS due
  FROM spark_events e, told
  WHERE e.recorded_at >= $2 AND e.recorded_at < date_trunc($1, told.newest - make_interval(secs => $3), 'UTC')`;

const later = (a: Date | null, b: Date | null): Date | null => (a === null || (b !== null && b > a) ? b : a);

/**
 * Compares the closed windows from `since` (a moment; it must be the start of an hour) on with a plain aggregation of the
 * events. A window counts as closed when a later one, or it itself, was written (they are written in order), and when an
 * event was stored that was recorded `windowLatenessSeconds` after its end: what nobody writes any more differs.
 */
export async function compareWindows(
  reader: SqlClient,
  asked: { readonly grain: WindowGrain; readonly since: Date },
): Promise<WindowComparison> {
  const [found] = await reader.rows(
    {
      text: `SELECT min(window_start) FILTER (WHERE window_start >= $2) AS since, max(window_end) AS written
             FROM spark_metrics_windowed WHERE grain = $1 AND NOT is_late`,
      values: [asked.grain, asked.since],
    },
    span,
  );
  const { since = null, written = null } = found ?? {};
  const [closed] = await reader.rows(
    { text: closedByEvents, values: [asked.grain, asked.since, windowLatenessSeconds] },
    dueEnd,
  );
  const newest = later(written, closed?.due ?? null);
  const until = newest !== null && newest > asked.since ? newest : null;
  const nothing = { grain: asked.grain, since, written, until, rows: 0, late: 0, differences: [] };
  if (until === null) return nothing;
  // From what was asked for, not from the first window: one that is missing at the beginning is a difference too.
  const values = [asked.since, until, asked.grain];
  const all = (
    await Promise.all([
      reader.rows({ text: compare('spark_metrics_windowed', countedMetrics, windowedMetrics), values }, difference),
      reader.rows({ text: compare('spark_usage_windowed', countedUsage, windowedUsage), values }, difference),
    ])
  ).flat();
  const [late] = await reader.rows(
    {
      text: `SELECT coalesce(sum(total), 0)::int AS late FROM spark_metrics_windowed
             WHERE grain = $3 AND kind = 'event' AND is_late AND window_start >= $1 AND window_start < $2`,
      values,
    },
    z.object({ late: z.number() }),
  );
  const differences = all.filter(({ windowed, counted }) => windowed !== counted);
  return { ...nothing, rows: all.length, late: late?.late ?? 0, differences };
}

/** Removes what was written from the start of that hour on; needs EXECUTE on the function. Returns how many rows. */
export async function forgetWindows(client: SqlClient, since: Date): Promise<number> {
  const [row] = await client.rows(
    { text: 'SELECT spark_forget_windows($1)::int AS forgotten', values: [since] },
    z.object({ forgotten: z.number() }),
  );
  return row?.forgotten ?? 0;
}

/** The beginning of the oldest window that is there; null when there is none. */
export async function findWindowsStart(reader: SqlClient): Promise<Date | null> {
  const [row] = await reader.rows(
    { text: `SELECT min(window_start) AS since FROM spark_metrics_windowed WHERE grain = 'minute'` },
    z.object({ since: z.date().nullable() }),
  );
  return row?.since ?? null;
}

/** The end of the newest window that was closed and written; null when there is none. */
export async function findWindowsEnd(reader: SqlClient): Promise<Date | null> {
  const [row] = await reader.rows(
    { text: `SELECT max(window_end) AS until FROM spark_metrics_windowed WHERE grain = 'minute' AND NOT is_late` },
    z.object({ until: z.date().nullable() }),
  );
  return row?.until ?? null;
}
