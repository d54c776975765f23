import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { dashboards } from '../grafana/source/index.ts';
import type { DebianTool } from '../testing/debianTool.ts';
import { findPromtool, runPromtool } from '../testing/promtool.ts';
import { ruleFiles, rulesSchema, type AlertRule } from '../testing/rules.ts';

/* Prometheus's own checker over the rules: each alert is made to fire, and not to fire, by series over time. */
let promtool: DebianTool;
let folder: string;
const alerts = new Map<string, AlertRule>();
let groups: string[] = [];

beforeAll(async () => {
  promtool = await findPromtool();
  folder = await mkdtemp(join(tmpdir(), 'spark-promtool-'));
  for (const file of [...ruleFiles, 'prometheus.yml']) {
    await cp(new URL(file, import.meta.url), join(folder, file));
  }
  const found = [];
  for (const file of ruleFiles)
    found.push(...rulesSchema.parse(parse(await readFile(join(folder, file), 'utf8'))).groups);
  groups = found
    .map(({ name }) => name)
    .toSorted((a, b) => Number(b === 'spark-recording') - Number(a === 'spark-recording'));
  for (const rule of found.flatMap(({ rules }) => rules)) if ('alert' in rule) alerts.set(rule.alert, rule);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const tool = (context: TestContext): string =>
  'path' in promtool ? promtool.path : context.skip(`PromQL is not checked: ${promtool.missing}`);

interface Case {
  readonly alert: string;
  /** Series by the minute, in promtool's notation: `0+1x30` is 0, 1, … 30; `_` is no sample. */
  readonly series: Readonly<Record<string, string>>;
  /** When it fires; a minute before, it does not. */
  readonly firesAt: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** What stands for each `{{ $value … }}` of its words. */
  readonly value?: string;
}

const up = (job: string, instance: string): string => `up{job="${job}", instance="${instance}"}`;
/** Of an exporter before 0.20, and of one from 0.20 on. */
const slotNames = ['pg_replication_slot', 'pg_replication_slots'];
const slot = '{slot_name="spark_flink", slot_type="logical"}';
const slotOn = (instance: string): string => slot.replace('{', `{instance="${instance}", `);
const primary = { 'pg_up{instance="p"}': '1x60', 'pg_replication_is_replica{instance="p"}': '0x60' };
const replica = { 'pg_up{instance="r"}': '1x60', 'pg_replication_is_replica{instance="r"}': '1x60' };
const ofJob = (name: string): string => `flink_${name}{job_name="spark_windows"}`;
const calls = (outcome: string): string => `spark_stored_recent_calls{function="f", outcome="${outcome}"}`;
const cases: readonly Case[] = [
  {
    alert: 'SparkConsumerDown',
    series: { [up('spark-consumer', 'a')]: '1x9 0x30', [up('spark-consumer', 'b')]: '0x60' },
    firesAt: 12,
  },
  {
    alert: 'SparkConsumerInstanceDown',
    series: { [up('spark-consumer', 'a')]: '1x60', [up('spark-consumer', 'b')]: '1x9 0x30' },
    firesAt: 20,
    labels: { job: 'spark-consumer', instance: 'b' },
  },
  {
    alert: 'SparkConsumerLag',
    series: { 'spark_consumer_lag_messages{state="pending", instance="a"}': '0x9 20000x30' },
    firesAt: 20,
    value: '20000',
  },
  {
    alert: 'SparkConsumerErrors',
    series: { 'spark_consumer_errors_total{server="postgres"}': '0+120x60' },
    firesAt: 11,
    labels: { server: 'postgres' },
  },
  { alert: 'SparkPartitionMissing', series: { spark_stored_missing_months: '0x9 1x30' }, firesAt: 20, value: '1' },
  { alert: 'SparkDaysDue', series: { spark_stored_days_due: '0x9 3x600' }, firesAt: 370, value: '3' },
  {
    alert: 'SparkFunctionErrors',
    series: { [calls('failed')]: '0x9 8x30', [calls('succeeded')]: '20x9 8x30' },
    firesAt: 15,
    labels: { function: 'f' },
    value: '50%',
  },
  {
    alert: 'SparkCallsSlow',
    series: {
      // One of twenty is not yet more than 5 %.
      'spark_stored_recent_slow_calls{function="f"}': '1x9 2x30',
      [calls('succeeded')]: '20x60',
      [calls('failed')]: '0x60',
    },
    firesAt: 20,
    labels: { function: 'f' },
    value: '10%',
  },
  { alert: 'SparkReplicaAway', series: { 'spark_analytics_replica_up{instance="a"}': '1x9 0x30' }, firesAt: 15 },
  {
    alert: 'SparkReplicaLag',
    series: { spark_analytics_replica_lag_seconds: '0x9 60x30' },
    firesAt: 15,
    value: '1m 0s',
  },
  {
    alert: 'SparkSlotRetainsLog',
    series: { 'pg_replication_slots_pg_wal_lsn_diff{slot_name="spark_flink"}': '0x9 21474836480x30' },
    firesAt: 25,
    labels: { slot_name: 'spark_flink' },
    value: '20Gi',
  },
  { alert: 'SparkPostgresDown', series: { 'pg_up{instance="p"}': '1x9 0x30' }, firesAt: 12, labels: { instance: 'p' } },
  {
    alert: 'SparkPostgresUnseen',
    series: { [up('postgres', 'p')]: '1x9 0x30', [up('postgres', 'r')]: '1x60', 'pg_up{instance="p"}': '1x9 stale' },
    firesAt: 12,
    labels: { job: 'postgres', instance: 'p' },
  },
  {
    alert: 'SparkExporterDown',
    series: { [up('node', 'h')]: '1x9 0x30', [up('postgres', 'p')]: '0x60' },
    firesAt: 15,
    labels: { job: 'node', instance: 'h' },
  },
  {
    alert: 'SparkExporterDown',
    series: { [up('nats', 'n')]: '1x9 0x30' },
    firesAt: 15,
    labels: { job: 'nats', instance: 'n' },
  },
  // The exporter answers, and NATS does not.
  {
    alert: 'SparkNatsDown',
    series: { [up('nats', 'n')]: '1x60', 'gnatsd_healthz_status{instance="n"}': '0x9 stale' },
    firesAt: 12,
  },
  { alert: 'SparkNatsDown', series: { 'gnatsd_healthz_status{instance="n"}': '0x9 1x30' }, firesAt: 12 },
  { alert: 'SparkNatsSlowConsumers', series: { 'gnatsd_varz_slow_consumers{instance="n"}': '0x10 1x10' }, firesAt: 11 },
  { alert: 'SparkAnalyticsDown', series: { [up('spark-analytics', 'a')]: '1x9 0x30' }, firesAt: 15 },
  {
    alert: 'SparkAnalyticsErrors',
    series: {
      'spark_analytics_request_seconds_count{status="200"}': '0+9x60',
      'spark_analytics_request_seconds_count{status="503"}': '0+1x60',
    },
    firesAt: 11,
    value: '10%',
  },
  {
    alert: 'SparkAlertsNotForwarded',
    series: { 'spark_analytics_forwarded_alerts_total{outcome="refused"}': '0x10 1x10' },
    firesAt: 11,
  },
  {
    // A body that was none: Alertmanager does not send it again.
    alert: 'SparkAlertsNotForwarded',
    series: { 'spark_analytics_forwarded_alerts_total{outcome="unreadable"}': '0x10 1x10' },
    firesAt: 11,
  },
  { alert: 'SparkAlertsNotKept', series: { spark_consumer_alert_lag_messages: '0x9 3x30' }, firesAt: 20, value: '3' },
  // The durable cannot be read, so the lag is not told; one of two that pulls is enough.
  {
    alert: 'SparkAlertsNotPulled',
    series: {
      'spark_consumer_alert_pulling{instance="a"}': '1x9 0x30',
      'spark_consumer_alert_pulling{instance="b"}': '0x60',
    },
    firesAt: 20,
  },
  { alert: 'SparkAlertsNotPulled', series: { spark_consumer_alert_pulling: '1x9 stale' }, firesAt: 20 },
  { alert: 'SparkAlertErrors', series: { spark_consumer_alert_errors_total: '0+40x60' }, firesAt: 11 },
  {
    alert: 'SparkDiskFills',
    series: {
      'node_filesystem_avail_bytes{instance="h", mountpoint="/", fstype="ext4"}': '50x9 5x30',
      'node_filesystem_size_bytes{instance="h", mountpoint="/", fstype="ext4"}': '100x60',
    },
    firesAt: 25,
    labels: { instance: 'h', mountpoint: '/' },
    value: '5%',
  },
  {
    alert: 'SparkDiskWillFill',
    series: { 'node_filesystem_avail_bytes{instance="h", mountpoint="/", fstype="ext4"}': '1000-1x300' },
    firesAt: 61,
    labels: { instance: 'h', mountpoint: '/' },
  },
  {
    alert: 'SparkDeadLetters',
    series: { 'spark_consumer_dead_letters_total{reason="invalid_event"}': '0x10 2x10' },
    firesAt: 11,
    labels: { reason: 'invalid_event' },
  },
  {
    alert: 'SparkDeadLettersWait',
    series: { 'spark_consumer_stream_messages{stream="SPARK_DLQ"}': '0x9 4x2000' },
    firesAt: 1_450,
    value: '4',
  },
  { alert: 'SparkDeadLettersNotStored', series: { spark_consumer_dead_letters_refused: '0x9 1x30' }, firesAt: 15 },
  {
    alert: 'SparkStreamHalfFull',
    series: {
      'spark_consumer_stream_bytes{stream="SPARK"}': '10x9 60x30',
      'spark_consumer_stream_limit_bytes{stream="SPARK"}': '100x60',
    },
    firesAt: 25,
    labels: { stream: 'SPARK' },
    value: '60%',
  },
  {
    alert: 'SparkMaintenanceFails',
    series: {
      'spark_consumer_maintenance_failures_total{step="rollup"}': '0+1x600',
      spark_consumer_maintenance_last_success_timestamp_seconds: '0x600',
    },
    firesAt: 151,
  },
  {
    alert: 'SparkFlinkDown',
    series: { [up('spark-flink', 'f')]: '1x9 0x30' },
    firesAt: 15,
    labels: { job: 'spark-flink', instance: 'f' },
  },
  { alert: 'SparkFlinkJobNotRunning', series: { flink_jobmanager_numRunningJobs: '1x9 0x30' }, firesAt: 15 },
  {
    // It is there, and starts again and again.
    alert: 'SparkFlinkJobNotRunning',
    series: { flink_jobmanager_numRunningJobs: '1x60', [ofJob('jobmanager_job_downtime')]: '0x9 60000x30' },
    firesAt: 15,
  },
  {
    alert: 'SparkFlinkRestarts',
    series: { [ofJob('jobmanager_job_numRestarts')]: '0x9 5x60' },
    firesAt: 10,
    value: '5',
  },
  {
    alert: 'SparkFlinkCheckpointsFail',
    series: { [ofJob('jobmanager_job_numberOfFailedCheckpoints')]: '0x9 5x60' },
    firesAt: 10,
    value: '5',
  },
  {
    alert: 'SparkFlinkCheckpointOld',
    series: { [ofJob('jobmanager_job_numberOfCompletedCheckpoints')]: '0+6x9 54x60' },
    firesAt: 29,
  },
  {
    alert: 'SparkFlinkEventsDropped',
    series: { [ofJob('taskmanager_job_task_operator_numLateRecordsDropped')]: '0x9 2x60' },
    firesAt: 10,
  },
  ...slotNames.flatMap((name): Case[] => [
    { alert: 'SparkFlinkSlotIdle', series: { [`${name}_slot_is_active${slot}`]: '1x9 0x30' }, firesAt: 20 },
    {
      alert: 'SparkFlinkSlotRetainsWal',
      series: {
        [`${name}_slot_current_wal_lsn${slot}`]: '1000000000x9 9000000000x30',
        [`${name}_slot_confirmed_flush_lsn${slot}`]: '1000000000x60',
      },
      firesAt: 20,
    },
    {
      // Idle: what it has confirmed is not told then.
      alert: 'SparkFlinkSlotRetainsWal',
      series: {
        [`${name}_slot_current_wal_lsn${slot}`]: '1000000000x60',
        [`${name}_safe_wal_size_bytes${slot}`]: '9000000000x9 3000000000x30',
      },
      firesAt: 20,
    },
    {
      alert: 'SparkFlinkSlotLost',
      series: { [`${name}_wal_status{slot_name="spark_flink", slot_type="logical", wal_status="lost"}`]: '_x11 1x30' },
      firesAt: 11,
    },
    {
      alert: 'SparkFlinkSlotGone',
      series: { ...primary, ...replica, [`${name}_slot_is_active${slotOn('p')}`]: '1x9 stale' },
      firesAt: 20,
      labels: { instance: 'p' },
    },
    {
      // The primary is lost, and who takes its place has no slot.
      alert: 'SparkFlinkSlotGone',
      series: {
        'pg_up{instance="p"}': '1x4 0x60',
        'pg_replication_is_replica{instance="p"}': '0x4 stale',
        'pg_up{instance="r"}': '1x60',
        'pg_replication_is_replica{instance="r"}': '1x9 0x60',
        [`${name}_slot_is_active${slotOn('p')}`]: '1x4 stale',
      },
      firesAt: 20,
      labels: { instance: 'r' },
    },
  ]),
];

test('every alert has a case', () => {
  expect([...new Set(cases.map(({ alert }) => alert))].toSorted()).toEqual([...alerts.keys()].toSorted());
});

for (const one of cases) {
  test(`${one.alert} fires when it should, and not before: ${Object.keys(one.series).join(', ')}`, async (context) => {
    await check(tool(context), one);
  });
}

/** What happens without anything to tell. */
const quiet: readonly { readonly alert: string; readonly when: string; readonly series: Case['series'] }[] = [
  ...slotNames.map((name) => ({
    alert: 'SparkFlinkSlotGone',
    when: `the primary is away and its replica answers (${name})`,
    series: {
      ...replica,
      'pg_up{instance="p"}': '1x9 0x60',
      'pg_replication_is_replica{instance="p"}': '0x9 stale',
      [`${name}_slot_is_active${slotOn('p')}`]: '1x9 stale',
    },
  })),
  ...slotNames.map((name) => ({
    alert: 'SparkFlinkSlotGone',
    when: `it is there (${name})`,
    series: { ...primary, ...replica, [`${name}_slot_is_active${slotOn('p')}`]: '1x60' },
  })),
  { alert: 'SparkFlinkSlotGone', when: 'there never was a slot', series: { ...primary, ...replica } },
];

for (const { alert, when, series } of quiet) {
  test(`${alert} does not fire when ${when}`, async (context) => {
    const path = tool(context);
    const file = join(folder, `${alert}.quiet.yml`);
    await writeFile(
      file,
      stringify({
        rule_files: ruleFiles,
        evaluation_interval: '1m',
        tests: [
          {
            interval: '1m',
            input_series: Object.entries(series).map(([one, values]) => ({ series: one, values })),
            alert_rule_test: [15, 25, 45].map((minute) => ({
              eval_time: `${minute}m`,
              alertname: alert,
              exp_alerts: [],
            })),
          },
        ],
      }),
    );
    await runPromtool(path, ['test', 'rules', file], folder);
  });
}

async function check(path: string, { alert, series, firesAt, labels = {}, value = '' }: Case): Promise<void> {
  const rule = alerts.get(alert) ?? expect.fail(`${alert} is no rule`);
  const words = (text: string): string =>
    text
      .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_match, label: string) => labels[label] ?? '')
      .replaceAll(/\{\{ \$value[^}]*\}\}/g, value);
  const fires = {
    exp_labels: { ...rule.labels, ...labels },
    exp_annotations: { summary: words(rule.annotations.summary), description: words(rule.annotations.description) },
  };
  const file = join(folder, `${alert}.test.yml`);
  await writeFile(
    file,
    stringify({
      rule_files: ruleFiles,
      // What is recorded first, else a figure is a minute older in one run than in the next.
      group_eval_order: groups,
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: Object.entries(series).map(([one, values]) => ({ series: one, values })),
          alert_rule_test: [
            { eval_time: `${firesAt - 1}m`, alertname: alert, exp_alerts: [] },
            { eval_time: `${firesAt}m`, alertname: alert, exp_alerts: [fires] },
          ],
        },
      ],
    }),
  );
  await runPromtool(path, ['test', 'rules', file], folder);
}

test('Prometheus takes the configuration and the rules', async (context) => {
  const path = tool(context);
  await runPromtool(path, ['check', 'config', 'prometheus.yml'], folder);
  await runPromtool(path, ['check', 'rules', '--lint=all', '--lint-fatal', ...ruleFiles], folder);
});

test('Prometheus parses every query of the dashboards', async (context) => {
  const path = tool(context);
  const panel = z.object({
    title: z.string(),
    targets: z.array(z.object({ expr: z.string().optional() })).default([]),
  });
  const queries = Object.values(dashboards).flatMap((dashboard) =>
    z
      .array(panel)
      .parse(dashboard['panels'])
      .flatMap(({ targets }) => targets.flatMap(({ expr }) => expr ?? [])),
  );
  expect(queries.length).toBeGreaterThan(20);
  const rules = queries.map((expr, index) => ({
    record: `query:${index}`,
    expr: expr.replaceAll('$__rate_interval', '1m'),
  }));
  await writeFile(join(folder, 'queries.yml'), stringify({ groups: [{ name: 'queries', rules }] }));
  await runPromtool(path, ['check', 'rules', 'queries.yml'], folder);
});
