import { promql, sql, type DashboardSource } from './panel.ts';

/** From the stream to the rows: is everything that was published written, and how fast. */
export const pipeline: DashboardSource = {
  uid: 'spark-pipeline',
  title: 'SPARK pipeline',
  description: 'Events from NATS to PostgreSQL: rates, waiting, latency, dead letters.',
  from: 'now-6h',
  rows: [
    {
      title: 'Now',
      panels: [
        {
          type: 'stat',
          title: 'Events written',
          description: 'Per second, all instances.',
          width: 6,
          unit: 'ops',
          targets: promql({ written: 'spark:events_written:rate5m' }),
        },
        {
          type: 'stat',
          title: 'Events waiting',
          description: 'In stream SPARK, not delivered yet.',
          width: 6,
          unit: 'short',
          badFrom: 10_000,
          targets: promql({ pending: 'spark:lag_messages:max{state="pending"}' }),
        },
        {
          type: 'stat',
          title: 'Dead letters',
          description: 'Kept in SPARK_DLQ, to be dealt with.',
          width: 6,
          unit: 'short',
          badFrom: 1,
          targets: promql({ 'dead letters': 'max(spark_consumer_stream_messages{stream="SPARK_DLQ"})' }),
        },
        {
          type: 'stat',
          title: 'Consumers',
          description: 'Instances that answer.',
          width: 6,
          unit: 'short',
          targets: promql({ up: 'sum(up{job="spark-consumer"})' }),
        },
      ],
    },
    {
      title: 'Flow',
      panels: [
        {
          type: 'timeseries',
          title: 'Written by type',
          description: 'Events per second.',
          width: 12,
          unit: 'ops',
          stacked: true,
          targets: promql({
            '{{type}}': 'sum by (type) (rate(spark_consumer_events_total{outcome="written"}[$__rate_interval]))',
          }),
        },
        {
          type: 'timeseries',
          title: 'Waiting',
          description: 'Messages not delivered, and delivered but not acknowledged.',
          width: 12,
          unit: 'short',
          targets: promql({ '{{state}}': 'spark:lag_messages:max' }),
        },
        {
          type: 'timeseries',
          title: 'From event to row',
          description: "The app's clock to the commit; sampled. A clock that is ahead counts as 0.",
          width: 12,
          unit: 's',
          targets: promql({
            p50: 'histogram_quantile(0.5, sum by (le) (rate(spark_consumer_event_latency_seconds_bucket[$__rate_interval])))',
            p95: 'spark:event_latency_seconds:p95_5m',
            p99: 'histogram_quantile(0.99, sum by (le) (rate(spark_consumer_event_latency_seconds_bucket[$__rate_interval])))',
          }),
        },
        {
          type: 'timeseries',
          title: 'Writing a batch',
          description: 'Begun to acknowledged, the wait for PostgreSQL included; and how large batches are.',
          width: 12,
          unit: 's',
          targets: promql({ p95: 'spark:batch_write_seconds:p95_5m' }),
        },
      ],
    },
    {
      title: 'What went wrong',
      panels: [
        {
          type: 'timeseries',
          title: 'Dead letters by reason',
          description: 'New ones per 5 minutes.',
          width: 12,
          unit: 'short',
          bars: true,
          stacked: true,
          targets: promql({ '{{reason}}': 'sum by (reason) (increase(spark_consumer_dead_letters_total[5m])) > 0' }),
        },
        {
          type: 'timeseries',
          title: 'Failed attempts',
          description: 'To use a server; each is made again.',
          width: 6,
          unit: 'ops',
          targets: promql({ '{{server}}': 'sum by (server) (rate(spark_consumer_errors_total[$__rate_interval]))' }),
        },
        {
          type: 'timeseries',
          title: 'Delivered again',
          description: 'Messages that had been delivered before.',
          width: 6,
          unit: 'ops',
          targets: promql({ redelivered: 'sum(rate(spark_consumer_redeliveries_total[$__rate_interval]))' }),
        },
      ],
    },
    {
      title: 'Stores',
      panels: [
        {
          type: 'timeseries',
          title: 'Streams against their limits',
          description: 'A full stream refuses what is new.',
          width: 12,
          unit: 'percentunit',
          badFrom: 0.5,
          targets: promql({
            '{{stream}}':
              'max by (stream) (spark_consumer_stream_bytes) / max by (stream) (spark_consumer_stream_limit_bytes)',
          }),
        },
        {
          type: 'timeseries',
          title: 'Stored events by type',
          description: 'Rows of spark_events per hour, by the time in the event.',
          width: 12,
          unit: 'short',
          bars: true,
          stacked: true,
          targets: sql(
            `SELECT date_trunc('hour', occurred_at) AS time, type AS metric, count(*) AS events
             FROM spark_events WHERE $__timeFilter(occurred_at) GROUP BY 1, 2 ORDER BY 1`,
            'time_series',
          ),
        },
        {
          type: 'table',
          title: 'Gaps of sessions',
          description:
            'Sessions of the range whose sequence has holes: events that are still on their way, or were dead letters.',
          width: 24,
          unit: 'none',
          targets: sql(
            `SELECT session_id AS "Session", count(*) AS "Events", max(seq) - min(seq) + 1 - count(DISTINCT seq) AS "Missing", max(occurred_at) AS "Last event"
             FROM spark_events WHERE $__timeFilter(occurred_at)
             GROUP BY session_id HAVING max(seq) - min(seq) + 1 > count(DISTINCT seq) ORDER BY 3 DESC LIMIT 50`,
          ),
        },
      ],
    },
  ],
};
