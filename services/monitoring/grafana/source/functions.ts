import { promql, sql, type DashboardSource } from './panel.ts';

const ended = `FROM spark_function_calls WHERE $__timeFilter(finished_at)`;
const share = `count(*) FILTER (WHERE state = 'failed')::float8 / nullif(count(*) FILTER (WHERE state IN ('succeeded', 'failed')), 0)`;

const sumOf = (state: string): string =>
  `coalesce(sum(total) FILTER (WHERE state = '${state}'), 0) AS "${state.replace(/^./, (first) => first.toUpperCase())}"`;
/** In seconds, of rows counted by state and bucket. */
const percentile = (part: number): string => {
  const byItself = `FILTER (WHERE state IN ('succeeded', 'failed'))`;
  return `spark_latency_percentile_ms(array_agg(bucket) ${byItself}, array_agg(total) ${byItself}, ${part}) / 1000.0`;
};

/** What the model's calls and the builds came to. */
export const functions: DashboardSource = {
  uid: 'spark-functions',
  title: 'SPARK functions and builds',
  description: 'Outcomes and times of function calls and of Unity builds, by the time at which they ended.',
  from: 'now-7d',
  rows: [
    {
      title: 'In the range',
      panels: [
        {
          type: 'stat',
          title: 'Calls',
          description: 'That ended.',
          width: 6,
          unit: 'short',
          targets: sql(`SELECT count(*) AS calls ${ended}`),
        },
        {
          type: 'stat',
          title: 'Failed',
          description: 'Of those that succeeded or failed.',
          width: 6,
          unit: 'percentunit',
          badFrom: 0.2,
          targets: sql(`SELECT ${share} AS failed ${ended}`),
        },
        {
          type: 'stat',
          title: 'Builds',
          description: 'That ended.',
          width: 6,
          unit: 'short',
          targets: sql(`SELECT count(*) AS builds FROM spark_build_jobs WHERE $__timeFilter(finished_at)`),
        },
        {
          type: 'stat',
          title: 'Failed builds',
          description: 'Cancelled ones among them.',
          width: 6,
          unit: 'short',
          badFrom: 1,
          targets: sql(
            `SELECT count(*) AS builds FROM spark_build_jobs WHERE $__timeFilter(finished_at) AND state = 'failed'`,
          ),
        },
      ],
    },
    {
      title: 'Functions',
      panels: [
        {
          type: 'timeseries',
          title: 'Calls by outcome',
          description: 'Per hour.',
          width: 12,
          unit: 'short',
          bars: true,
          stacked: true,
          targets: sql(
            `SELECT date_trunc('hour', finished_at) AS time, state AS metric, count(*) AS calls ${ended} GROUP BY 1, 2 ORDER BY 1`,
            'time_series',
          ),
        },
        {
          type: 'timeseries',
          title: 'Failing now',
          description: 'Share of the last 5 minutes by function; the alert begins at 0.3.',
          width: 12,
          unit: 'percentunit',
          badFrom: 0.3,
          targets: promql({ '{{function}}': 'spark:recent_calls_failed:share' }),
        },
        {
          type: 'table',
          title: 'By function',
          description:
            'Times are of those that succeeded or failed, the wait for an approval included: bounds of fixed buckets, as Insights and the alerts read them. 120 s also stands for all that is longer.',
          width: 24,
          unit: 'none',
          targets: sql(
            `SELECT name AS "Function", sum(total) AS "Calls", ${['succeeded', 'failed', 'denied', 'cancelled'].map(sumOf).join(', ')},
                    ${percentile(0.5)} AS "Median ≤ s", ${percentile(0.95)} AS "p95 ≤ s"
             FROM (SELECT name, state, spark_latency_bucket(duration_ms) AS bucket, count(*) AS total ${ended} GROUP BY 1, 2, 3) AS calls
             GROUP BY name ORDER BY 2 DESC, 1`,
          ),
        },
        {
          type: 'timeseries',
          title: 'p95 now',
          description:
            'Of the last 5 minutes by function: the bound of a bucket; 2 min also stands for all that is longer.',
          width: 12,
          unit: 's',
          targets: promql({ '{{function}}': 'max by (function) (spark_stored_recent_call_p95_seconds)' }),
        },
        {
          type: 'table',
          title: 'Errors',
          description: 'By function and code.',
          width: 12,
          unit: 'none',
          targets: sql(
            `SELECT name AS "Function", coalesce(error_code, 'unknown') AS "Code", count(*) AS "Errors", max(finished_at) AS "Last" ${ended} AND state = 'failed' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 50`,
          ),
        },
      ],
    },
    {
      title: 'Builds',
      panels: [
        {
          type: 'timeseries',
          title: 'Builds by outcome',
          description: 'Per UTC day.',
          width: 12,
          unit: 'short',
          bars: true,
          stacked: true,
          targets: sql(
            `SELECT date_trunc('day', finished_at, 'UTC') AS time, target || ' ' || state AS metric, count(*) AS builds FROM spark_build_jobs WHERE $__timeFilter(finished_at) GROUP BY 1, 2 ORDER BY 1`,
            'time_series',
          ),
        },
        {
          type: 'timeseries',
          title: 'Build time',
          description: 'Of completed builds, by target.',
          width: 12,
          unit: 'ms',
          targets: sql(
            `SELECT finished_at AS time, target AS metric, elapsed_ms FROM spark_build_jobs WHERE $__timeFilter(finished_at) AND state = 'completed' ORDER BY 1`,
            'time_series',
          ),
        },
        {
          type: 'table',
          title: 'Latest failed builds',
          description: 'With the reason that Unity gave.',
          width: 24,
          unit: 'none',
          targets: sql(
            `SELECT finished_at AS "Ended", target AS "Target", errors AS "Errors", warnings AS "Warnings", left(reason, 200) AS "Reason" FROM spark_build_jobs WHERE $__timeFilter(finished_at) AND state = 'failed' ORDER BY 1 DESC LIMIT 50`,
          ),
        },
      ],
    },
  ],
};
