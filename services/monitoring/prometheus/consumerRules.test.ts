import { readFileSync } from 'node:fs';
import type { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { deadLetterStreamName, streamName } from '../../../shared/contracts/index.ts';
import { makeConsumerRegistry } from '../testing/registries.ts';

const text = readFileSync(new URL('consumer.rules.yml', import.meta.url), 'utf8');

interface Rule {
  readonly alert: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** The part of YAML that the file is written in: one `key: value` a line. Throws at anything else. */
function parseRules(): Rule[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  expect(lines.splice(0, 3)).toEqual(['groups:', '  - name: spark-consumer', '    rules:']);
  const rules: { alert: string; fields: Map<string, string> }[] = [];
  for (const line of lines) {
    const start = /^ {6}- alert: (\w+)$/.exec(line);
    const field = /^ {8}(?: {2})?(expr|for|labels|severity|annotations|summary|description):(?: (.+))?$/.exec(line);
    if (start?.[1] !== undefined) rules.push({ alert: start[1], fields: new Map() });
    else if (field?.[1] !== undefined) rules.at(-1)?.fields.set(field[1], field[2] ?? '');
    else throw new Error(`a line that is no rule: ${line}`);
  }
  return rules;
}

/** Everything that an instance exports before anything happened. */
async function exported(): Promise<{ readonly registry: Registry; readonly text: string }> {
  const registry = makeConsumerRegistry();
  return { registry, text: await registry.metrics() };
}

test('each rule has an expression, a severity and words for a person', () => {
  const rules = parseRules();
  expect(rules.map(({ alert }) => alert)).toContain('SparkDeadLetters');
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  for (const { alert, fields } of rules) {
    for (const key of ['expr', 'severity', 'summary', 'description'])
      expect(fields.get(key), `${alert} ${key}`).toBeTruthy();
    expect(['info', 'warning', 'critical']).toContain(fields.get('severity'));
  }
});

test.each(parseRules().map(({ alert, fields }) => [alert, fields.get('expr') ?? ''] as const))(
  '%s names only metrics, and values of labels, that the consumer exports',
  async (_alert, expression) => {
    const { registry, text: metrics } = await exported();
    const selectors = [...expression.matchAll(/(spark_\w+)(?:\{(\w+)="(\w+)"\})?/g)];
    expect(selectors.length).toBeGreaterThan(0);
    for (const [, name = '', label, value] of selectors) {
      expect(registry.getSingleMetric(name), name).toBeDefined();
      if (label === 'stream') expect([streamName, deadLetterStreamName]).toContain(value);
      else if (label !== undefined) expect(metrics).toContain(`${name}{${label}="${value}"}`);
    }
  },
);

test('the labels that a rule groups by and shows are those of its metrics', async () => {
  const { text: metrics } = await exported();
  const grouped = [...text.matchAll(/by \((\w+)\)/g)].map(([, label]) => label);
  const shown = [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label);
  for (const label of shown) expect(grouped).toContain(label);
  expect(metrics).toContain('spark_consumer_dead_letters_total{reason="');
});

test('every alert is in the guide', () => {
  const guide = readFileSync(new URL('../../../docs/guides/consumer.md', import.meta.url), 'utf8');
  for (const { alert } of parseRules()) expect(guide).toContain(`\`${alert}\``);
});

test("every metric of the consumer's own is in the guide", async () => {
  const guide = readFileSync(new URL('../../../docs/guides/consumer.md', import.meta.url), 'utf8');
  const { registry } = await exported();
  const names = registry
    .getMetricsAsArray()
    .map(({ name }) => name.replace(/^(spark_consumer_stream)_(?=bytes|limit)/, '_'));
  for (const name of names.filter((each) => /^(spark|_)/.test(each))) expect(guide).toContain(`\`${name}\``);
});
