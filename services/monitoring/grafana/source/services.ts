import { promql, sql, type DashboardSource } from './panel.ts';

/** Whether the programs and servers are well. */
export const services: DashboardSource = {
  uid: 'spark-services',
  title: 'SPARK service health',
  description: 'Programs, PostgreSQL, NATS, disks, and the alerts that are open.',
  from: 'now-6h',
  rows: [
    {
      title: 'Now',
      panels: [
        {
          type: 'timeseries',
          title: 'Answers',
          description: '1 for each target that answers.',
          width: 12,
          unit: 'short',
          targets: promql({ '{{job}} {{instance}}': 'up' }),
        },
        {
          type: 'table',
          title: 'Open alerts',
          description: 'Of every engine that keeps its alerts in spark_alerts.',
          width: 12,
          unit: 'none',
          targets: sql(
            `SELECT raised_at AS "Since", severity AS "Severity", source AS "From", rule_id AS "Rule", group_name AS "About", summary AS "What"
             FROM spark_alerts WHERE cleared_at IS NULL ORDER BY raised_at DESC LIMIT 50`,
          ),
        },
      ],
    },
    {
      title: 'PostgreSQL',
      panels: [
        {
          type: 'timeseries',
          title: 'Replica behind',
          description: 'Seconds; beyond 10 the app reads from the primary.',
          width: 8,
          unit: 's',
          badFrom: 10,
          targets: promql({ behind: 'max(spark_analytics_replica_lag_seconds)' }),
        },
        {
          type: 'timeseries',
          title: 'Log held back by slots',
          description: 'A slot that nobody reads fills the disk of the primary.',
          width: 8,
          unit: 'bytes',
          targets: promql({ '{{slot_name}}': 'max by (slot_name) (pg_replication_slots_pg_wal_lsn_diff)' }),
        },
        {
          type: 'timeseries',
          title: 'Connections',
          description: 'By database and state.',
          width: 8,
          unit: 'short',
          targets: promql({ '{{instance}} {{state}}': 'sum by (instance, state) (pg_stat_activity_count)' }),
        },
        {
          type: 'stat',
          title: 'Missing months',
          description: 'Partitions of this month and the next.',
          width: 6,
          unit: 'short',
          badFrom: 1,
          targets: promql({ missing: 'max(spark_stored_missing_months)' }),
        },
        {
          type: 'stat',
          title: 'Days due',
          description: 'Days before today whose figures are older than their events.',
          width: 6,
          unit: 'short',
          badFrom: 3,
          targets: promql({ due: 'max(spark_stored_days_due)' }),
        },
        {
          type: 'stat',
          title: 'Size of the database',
          description: 'On disk.',
          width: 6,
          unit: 'bytes',
          targets: sql('SELECT pg_database_size(current_database()) AS bytes'),
        },
        {
          type: 'stat',
          title: 'Newest event',
          description: 'How long ago.',
          width: 6,
          unit: 's',
          targets: sql(
            `SELECT extract(epoch FROM now() - max(recorded_at)) AS seconds FROM spark_events WHERE occurred_at > now() - interval '2 days'`,
          ),
        },
        {
          type: 'table',
          title: 'Months of events',
          description: "Partitions with the planner's number of rows.",
          width: 24,
          unit: 'none',
          targets: sql(
            `SELECT c.relname AS "Partition", greatest(c.reltuples, 0)::bigint AS "Rows", pg_size_pretty(pg_total_relation_size(c.oid)) AS "Size"
             FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'spark_events'::regclass ORDER BY 1 DESC`,
          ),
        },
      ],
    },
    {
      title: 'NATS and disks',
      panels: [
        {
          type: 'timeseries',
          title: 'Messages of NATS',
          description: 'In and out per second.',
          width: 8,
          unit: 'ops',
          targets: promql({
            in: 'sum(rate(gnatsd_varz_in_msgs[$__rate_interval]))',
            out: 'sum(rate(gnatsd_varz_out_msgs[$__rate_interval]))',
          }),
        },
        {
          type: 'timeseries',
          title: 'Waiting by consumer of JetStream',
          description: 'SPARK, Storm and who else reads the stream.',
          width: 8,
          unit: 'short',
          targets: promql({ '{{consumer_name}}': 'max by (consumer_name) (jetstream_consumer_num_pending)' }),
        },
        {
          type: 'timeseries',
          title: 'Disks',
          description: 'Share that is free.',
          width: 8,
          unit: 'percentunit',
          targets: promql({
            '{{instance}} {{mountpoint}}':
              'min by (instance, mountpoint) (node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs|overlay|squashfs"} / node_filesystem_size_bytes)',
          }),
        },
      ],
    },
    {
      title: 'Programs',
      panels: [
        {
          type: 'timeseries',
          title: 'Memory',
          description: 'Resident, of our own programs.',
          width: 8,
          unit: 'bytes',
          targets: promql({ '{{job}} {{instance}}': 'process_resident_memory_bytes{job=~"spark-.*"}' }),
        },
        {
          type: 'timeseries',
          title: 'CPU',
          description: 'Cores.',
          width: 8,
          unit: 'short',
          targets: promql({
            '{{job}} {{instance}}': 'rate(process_cpu_seconds_total{job=~"spark-.*"}[$__rate_interval])',
          }),
        },
        {
          type: 'timeseries',
          title: 'Event loop',
          description: 'How late the 99th of 100 looks is.',
          width: 8,
          unit: 's',
          targets: promql({ '{{job}} {{instance}}': 'nodejs_eventloop_lag_p99_seconds{job=~"spark-.*"}' }),
        },
        {
          type: 'timeseries',
          title: 'Analytics API',
          description: 'Answers per second by where they were from.',
          width: 8,
          unit: 'ops',
          stacked: true,
          targets: promql({ '{{from}}': 'sum by (from) (rate(spark_analytics_answers_total[$__rate_interval]))' }),
        },
        {
          type: 'timeseries',
          title: 'Requests, p95',
          description: 'Of the analytics API and of the web host.',
          width: 8,
          unit: 's',
          targets: promql({
            analytics: 'spark:analytics_request_seconds:p95_5m',
            web: 'spark:web_request_seconds:p95_5m',
          }),
        },
        {
          type: 'timeseries',
          title: 'Windows',
          description: 'Browsers connected to web hosts, and requests that failed per second.',
          width: 8,
          unit: 'short',
          targets: promql({
            windows: 'sum(spark_web_windows)',
            failed: 'sum(rate(spark_web_requests_total{outcome!="ok"}[$__rate_interval]))',
          }),
        },
      ],
    },
  ],
};
