import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { keepAlert, type Database } from '../../../database/index.ts';
import { clusterOf } from '../../../database/testing/stackCluster.ts';
import { storySessions } from '../../bridge/testing/insightStory.ts';
import { openStoryDatabase, type StoryDatabase } from '../../bridge/testing/storyDatabase.ts';
import { dashboards } from './source/index.ts';

/* Every SQL query of the dashboards, run as Grafana runs it: its role, its macros, over days that have everything. */
const panelSchema = z.object({
  title: z.string(),
  targets: z.array(z.object({ rawSql: z.string().optional(), format: z.string().optional() })).default([]),
});
const queries = Object.entries(dashboards).flatMap(([file, dashboard]) =>
  z
    .array(panelSchema)
    .parse(dashboard['panels'])
    .flatMap(({ title, targets }) =>
      targets.flatMap(({ rawSql, format }) =>
        rawSql === undefined ? [] : [{ name: `${file}: ${title}`, rawSql, format }],
      ),
    ),
);

const endMs = Date.now();
let story: StoryDatabase;
let grafana: Database;

beforeAll(async () => {
  const stack = inject('stack');
  story = await openStoryDatabase(clusterOf(stack, stack.consumer), { endMs, days: 30 });
  const { user, password } = stack.readonly;
  grafana = story.open({ ...story.fresh.config, SLATE_DB_USER: user, SLATE_DB_PASSWORD: password });
  const consumer = story.open(story.fresh.config);
  await consumer.write((client) =>
    keepAlert(client, {
      alertId: randomUUID(),
      source: 'storm',
      ruleId: 'builds-fail',
      kind: 'builds_failed',
      severity: 'warning',
      group: 'webgl',
      state: 'raised',
      summary: 'Builds fail.',
      value: 3,
      threshold: 3,
      baseline: null,
      raisedAt: new Date(endMs).toISOString(),
      clearedAt: null,
    }),
  );
  // A hole in a session's sequence.
  await story.fresh.query(
    `DELETE FROM spark_events WHERE session_id = $1
     AND seq = (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY seq) FROM spark_events WHERE session_id = $1)`,
    [storySessions[0].sessionId],
  );
});
afterAll(() => story.close());

/** As Grafana's PostgreSQL datasource writes them. */
function expand(rawSql: string): string {
  const [from, to] = [endMs - 29 * 86_400_000, endMs].map((ms) => `'${new Date(ms).toISOString()}'`);
  const expanded = rawSql
    .replaceAll(/\$__timeFilter\(([^)]+)\)/g, `$1 BETWEEN ${from} AND ${to}`)
    .replaceAll('$__timeFrom()', `${from}`)
    .replaceAll('$__timeTo()', `${to}`);
  expect(expanded).not.toContain('$');
  return expanded;
}

const run = (text: string) =>
  grafana.read((reader) => reader.rows({ text }, z.record(z.string(), z.unknown()))).then(({ value }) => value);

test('there are queries', () => {
  expect(queries.length).toBeGreaterThan(20);
});

describe.each(queries)('$name', ({ rawSql, format }) => {
  test('runs as spark_readonly and has rows of the shape that its panel shows', async () => {
    const rows = await run(expand(rawSql));
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.length).toBeLessThan(10_000);
    const [first = {}] = rows;
    if (format !== 'time_series') return;
    expect(first['time']).toBeInstanceOf(Date);
    const measures = Object.keys(first).filter((column) => column !== 'time' && column !== 'metric');
    expect(measures.length).toBeGreaterThan(0);
    for (const measure of measures) expect(Number(first[measure])).not.toBeNaN();
    const times = rows.map((row) => Number(row['time']));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});

test('the money of the days is that of the responses', async () => {
  const cost = queries.find(({ name }) => name === 'usage.json: Cost by model') ?? expect.fail();
  const shown = (await run(expand(cost.rawSql))).reduce((sum, row) => sum + Number(row['cost']), 0);
  const [row] = await story.fresh.query(
    `SELECT sum(cost_micro_usd) / 1e6 AS cost FROM spark_usage u WHERE (occurred_at AT TIME ZONE 'UTC')::date IN (SELECT day FROM spark_usage_daily WHERE day >= $1::date)`,
    [new Date(endMs - 29 * 86_400_000).toISOString()],
  );
  expect(shown).toBeGreaterThan(0);
  expect(shown).toBeCloseTo(Number(row?.['cost']), 6);
});

test('the role of the queries can write nothing', async () => {
  await expect(
    grafana.write((client) => client.run({ text: 'UPDATE spark_alerts SET summary = summary' })),
  ).rejects.toMatchObject({ code: 'db_schema' });
});
