import { sql, type DashboardSource } from './panel.ts';

const range = `day BETWEEN ($__timeFrom()::timestamptz AT TIME ZONE 'UTC')::date AND ($__timeTo()::timestamptz AT TIME ZONE 'UTC')::date`;
const ofDay = `day::timestamp AT TIME ZONE 'UTC' AS time`;
const today = `occurred_at >= date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`;
const byRows = (name: string, group: string): string =>
  `SELECT ${group} AS "${name}", count(*) AS "Responses", sum(u.input_tokens) AS "Tokens in", sum(u.output_tokens) AS "Tokens out",
          round(coalesce(sum(u.cost_micro_usd), 0) / 1000000.0, 4) AS "US dollars", count(*) FILTER (WHERE u.cost_micro_usd IS NULL) AS "Without price"
   FROM spark_usage u LEFT JOIN spark_sessions s USING (session_id) WHERE $__timeFilter(u.occurred_at)
   GROUP BY 1 ORDER BY 5 DESC, 1 LIMIT 50`;

/** What the models took and cost. */
export const usage: DashboardSource = {
  uid: 'spark-usage',
  title: 'SPARK usage and cost',
  description:
    'Tokens and money by day, model, project and person. A day is a UTC day; days are as they were rolled last.',
  from: 'now-30d',
  rows: [
    {
      title: 'Today',
      panels: [
        {
          type: 'stat',
          title: 'Cost today',
          description: 'Of the responses that have a price.',
          width: 6,
          unit: 'currencyUSD',
          targets: sql(`SELECT coalesce(sum(cost_micro_usd), 0) / 1000000.0 AS cost FROM spark_usage WHERE ${today}`),
        },
        {
          type: 'stat',
          title: 'Responses today',
          description: 'Of all models.',
          width: 6,
          unit: 'short',
          targets: sql(`SELECT count(*) AS responses FROM spark_usage WHERE ${today}`),
        },
        {
          type: 'stat',
          title: 'Tokens today',
          description: 'In and out.',
          width: 6,
          unit: 'short',
          targets: sql(
            `SELECT coalesce(sum(input_tokens + output_tokens), 0) AS tokens FROM spark_usage WHERE ${today}`,
          ),
        },
        {
          type: 'stat',
          title: 'Without a price today',
          description: 'Responses of models whose price is not set: not part of the cost.',
          width: 6,
          unit: 'short',
          badFrom: 1,
          targets: sql(`SELECT count(*) AS responses FROM spark_usage WHERE ${today} AND cost_micro_usd IS NULL`),
        },
      ],
    },
    {
      title: 'By day',
      panels: [
        {
          type: 'timeseries',
          title: 'Cost by model',
          description: 'US dollars per UTC day.',
          width: 12,
          unit: 'currencyUSD',
          bars: true,
          stacked: true,
          targets: sql(
            `SELECT ${ofDay}, provider || ' ' || model AS metric, cost_micro_usd / 1000000.0 AS cost FROM spark_usage_daily WHERE ${range} ORDER BY 1, 2`,
            'time_series',
          ),
        },
        {
          type: 'timeseries',
          title: 'Responses by model',
          description: 'Per UTC day.',
          width: 12,
          unit: 'short',
          bars: true,
          stacked: true,
          targets: sql(
            `SELECT ${ofDay}, provider || ' ' || model AS metric, responses FROM spark_usage_daily WHERE ${range} ORDER BY 1, 2`,
            'time_series',
          ),
        },
        {
          type: 'timeseries',
          title: 'Tokens',
          description: 'Per UTC day: in without the cached ones, cached, out.',
          width: 12,
          unit: 'short',
          bars: true,
          stacked: true,
          targets: sql(
            `SELECT ${ofDay}, sum(input_tokens - cached_tokens) AS "in", sum(cached_tokens) AS cached, sum(output_tokens) AS out FROM spark_usage_daily WHERE ${range} GROUP BY day ORDER BY 1`,
            'time_series',
          ),
        },
        {
          type: 'timeseries',
          title: 'Without a price',
          description: 'Responses per UTC day that are not part of the cost.',
          width: 12,
          unit: 'short',
          bars: true,
          targets: sql(
            `SELECT ${ofDay}, provider || ' ' || model AS metric, unpriced_responses AS responses FROM spark_usage_daily WHERE ${range} AND unpriced_responses > 0 ORDER BY 1, 2`,
            'time_series',
          ),
        },
      ],
    },
    {
      title: 'Whose, from the rows themselves',
      panels: [
        {
          type: 'table',
          title: 'By project',
          description: 'The dearest 50 of the range.',
          width: 12,
          unit: 'none',
          targets: sql(byRows('Project', `coalesce(s.project_name, '(none)')`)),
        },
        {
          type: 'table',
          title: 'By person',
          description: 'The dearest 50 of the range; who is not configured has no name.',
          width: 12,
          unit: 'none',
          targets: sql(byRows('Person', `coalesce(s.user_id, '(not configured)')`)),
        },
        {
          type: 'table',
          title: 'By session',
          description: 'The dearest 50 of the range.',
          width: 24,
          unit: 'none',
          targets: sql(byRows('Session', `coalesce(nullif(s.title, ''), u.session_id::text)`)),
        },
      ],
    },
  ],
};
