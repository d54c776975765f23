import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { webhookSchema } from '../../analytics/api/alertmanager.ts';
import { knownMetrics, metricsOf } from '../testing/promql.ts';
import { ruleFiles, rulesSchema } from '../testing/rules.ts';

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');
const groups = ruleFiles.flatMap((file) => rulesSchema.parse(parse(read(file))).groups);
const rules = groups.flatMap((group) => group.rules);
const alerts = rules.filter((rule) => 'alert' in rule);
const recorded = rules.filter((rule) => 'record' in rule);

test('the names of an expression are its metrics, not its functions, labels or words', () => {
  expect(
    metricsOf(
      'sum by (le) (rate(a_bucket{x="b_total"}[5m])) / on (y) spark:c:rate5m > 0.5 or absent(up{job="d"} == 1)',
    ),
  ).toEqual(['a_bucket', 'spark:c:rate5m', 'up']);
});

describe.each(rules.map((rule) => ['alert' in rule ? rule.alert : rule.record, rule.expr] as const))(
  '%s',
  (_name, expr) => {
    test('reads only what our programs, an exporter or a recording rule tells', () => {
      const known = knownMetrics();
      for (const { record } of recorded) known.add(record);
      const read = metricsOf(expr);
      expect(read.length).toBeGreaterThan(0);
      expect(read.filter((name) => !known.has(name))).toEqual([]);
    });
  },
);

test('every alert has a severity, words for a person, a name of its own, and a line in the README', () => {
  const readme = read('../README.md');
  const consumerGuide = read('../../../docs/guides/consumer.md');
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  for (const { alert, annotations } of alerts) {
    expect(annotations.summary.length + annotations.description.length, alert).toBeGreaterThan(40);
    expect(`${readme}${consumerGuide}`, alert).toContain(`\`${alert}\``);
  }
});

test('every recorded figure is used by an alert or a dashboard', () => {
  const dashboards = ['pipeline', 'usage', 'functions', 'services'].map((name) =>
    read(`../grafana/dashboards/${name}.json`),
  );
  const users = [...rules.map(({ expr }) => expr), ...dashboards].join('\n');
  for (const { record } of recorded) expect(users).toContain(record);
});

test('what Prometheus scrapes is what the rules ask for, and Alertmanager names only alerts that there are', () => {
  const { scrape_configs: jobs, rule_files: files } = z
    .object({ scrape_configs: z.array(z.object({ job_name: z.string() })), rule_files: z.array(z.string()) })
    .parse(parse(read('prometheus.yml')));
  const asked = rules.flatMap(({ expr }) => [...expr.matchAll(/job="([^"]+)"/g)].map(([, job]) => job));
  expect(asked.length).toBeGreaterThan(0);
  for (const job of asked) expect(jobs.map(({ job_name }) => job_name)).toContain(job);
  expect(files).toEqual([...ruleFiles]);
  const named = [...read('alertmanager.yml').matchAll(/Spark\w+/g)].map(([name]) => name);
  expect(named.length).toBeGreaterThan(0);
  for (const name of named) expect(alerts.map(({ alert }) => alert)).toContain(name);
});

test('what is about the way of alerts itself has another way beside it, and every alert has the one through NATS', () => {
  const matchers = z.array(z.string());
  const { route, receivers } = z
    .object({
      route: z.object({
        receiver: z.literal('nats'),
        routes: z.tuple([
          z.object({ matchers, receiver: z.literal('direct'), continue: z.literal(true) }),
          z.strictObject({ receiver: z.literal('nats') }),
        ]),
      }),
      receivers: z.array(
        z.object({
          name: z.string(),
          webhook_configs: z.array(z.object({ max_alerts: z.number() })).optional(),
          email_configs: z.array(z.object({ to: z.string() })).optional(),
        }),
      ),
    })
    .parse(parse(read('alertmanager.yml')));
  const direct = route.routes[0].matchers.join(' ');
  for (const name of [
    'SparkNatsDown',
    'SparkAnalyticsDown',
    'SparkAlertsNotForwarded',
    'SparkAlertsNotPulled',
    'SparkConsumerDown',
  ]) {
    expect(direct).toContain(name);
  }
  const [nats, other] = ['nats', 'direct'].map((name) => receivers.find((one) => one.name === name));
  expect(other?.webhook_configs).toBeUndefined();
  expect(other?.email_configs).toHaveLength(1);
  const alert = {
    status: 'firing',
    labels: {},
    annotations: {},
    startsAt: '2026-11-23T10:00:00Z',
    endsAt: '0001-01-01T00:00:00Z',
    fingerprint: 'f',
  };
  const most = nats?.webhook_configs?.[0]?.max_alerts ?? 0;
  const taken = (count: number): boolean =>
    webhookSchema.safeParse({ version: '4', alerts: Array.from({ length: count }, () => alert) }).success;
  expect([taken(most), taken(most + 1)]).toEqual([true, false]);
});

test('a replica that is away silences nothing of the consumer, and a primary only what follows from it', () => {
  const matchers = z.array(z.string());
  const { inhibit_rules: inhibits } = z
    .object({ inhibit_rules: z.array(z.strictObject({ source_matchers: matchers, target_matchers: matchers })) })
    .parse(parse(read('alertmanager.yml')));
  /** The two kinds of matchers that the file has; a regular expression is of the whole value, as in Alertmanager. */
  const fits = (labels: Readonly<Record<string, string>>, wanted: readonly string[]): boolean =>
    wanted.every((one) => {
      const [, name = '', how, value = ''] = /^(\w+)(=~|=)"([^"]*)"$/.exec(one) ?? expect.fail(`not read: ${one}`);
      return how === '=' ? labels[name] === value : new RegExp(`^(?:${value})$`).test(labels[name] ?? '');
    });
  const silencedBy = (source: Readonly<Record<string, string>>): string[] =>
    [
      { alertname: 'SparkConsumerErrors', server: 'postgres' },
      { alertname: 'SparkConsumerErrors', server: 'nats' },
      { alertname: 'SparkReplicaAway', server: '' },
    ]
      .filter((target) =>
        inhibits.some((rule) => fits(source, rule.source_matchers) && fits(target, rule.target_matchers)),
      )
      .map(({ alertname, server }) => `${alertname} ${server}`.trim());
  expect(silencedBy({ alertname: 'SparkPostgresDown', role: 'replica' })).toEqual(['SparkReplicaAway']);
  expect(silencedBy({ alertname: 'SparkPostgresDown', role: 'primary' })).toEqual(['SparkConsumerErrors postgres']);
});
