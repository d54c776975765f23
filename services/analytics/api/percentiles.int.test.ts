import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { readEventFigures, readRecentCalls, readWindowFigures, type Database } from '../../../database/index.ts';
import { clusterOf } from '../../../database/testing/stackCluster.ts';
import { insightsViewSchema } from '../../../shared/contracts/index.ts';
import {
  addLatency,
  latencyBoundsMs,
  latencyBucketOf,
  latencyPercentileMs,
  noLatencies,
} from '../../../shared/domain/latency.ts';
import { insightRoutes } from '../../bridge/api/insights.ts';
import { openStoryDatabase, type StoryDatabase } from '../../bridge/testing/storyDatabase.ts';
import { silentLogger } from '../../bridge/testing/testJournal.ts';
import { dashboards } from '../../monitoring/grafana/source/index.ts';
import { handlers } from './handlers.ts';

/*
 * The percentiles of one story's calls, as every place shows them. The expected ones are read in TypeScript from the
 * durations themselves: what Storm does.
 */
type Percentiles = Readonly<Record<string, { readonly medianMs: number | null; readonly p95Ms: number | null }>>;

// Calls of the last days go on after it, by 90 s at most: nothing of the story is in the future.
const endMs = Date.now() - 600_000;
const days = 30;
let story: StoryDatabase;
let app: Database;
let grafana: Database;
let durations: ReadonlyMap<string, readonly number[]>;
let expected: Percentiles;

beforeAll(async () => {
  const stack = inject('stack');
  story = await openStoryDatabase(clusterOf(stack, stack.consumer), { endMs, days });
  const { SLATE_DB_USER, SLATE_DB_PASSWORD } = clusterOf(stack).config;
  app = story.open({ ...story.fresh.config, SLATE_DB_USER, SLATE_DB_PASSWORD });
  const { user, password } = stack.readonly;
  grafana = story.open({ ...story.fresh.config, SLATE_DB_USER: user, SLATE_DB_PASSWORD: password });
  const calls = z.array(z.object({ name: z.string(), ms: z.number() })).parse(
    await story.fresh.query(
      `SELECT payload ->> 'name' AS name, (payload ->> 'durationMs')::double precision AS ms FROM spark_events
       WHERE type = 'function_call' AND payload ->> 'state' IN ('succeeded', 'failed')`,
    ),
  );
  const byName = Map.groupBy(calls, ({ name }) => name);
  durations = new Map([...byName].map(([name, of]) => [name, of.map(({ ms }) => ms).toSorted((a, b) => a - b)]));
  expected = Object.fromEntries(
    [...durations].map(([name, all]) => {
      const counts = noLatencies();
      for (const ms of all) addLatency(counts, ms);
      return [name, { medianMs: latencyPercentileMs(counts, 0.5), p95Ms: latencyPercentileMs(counts, 0.95) }];
    }),
  );
});
afterAll(() => story.close());

/** As its users read it: by name, in any order. */
const byName = (
  rows: readonly { readonly name: string; readonly medianMs: number | null; readonly p95Ms: number | null }[],
): Percentiles => Object.fromEntries(rows.map(({ name, medianMs, p95Ms }) => [name, { medianMs, p95Ms }]));

async function insights(database: Database | null): Promise<Percentiles> {
  const { journal, clock } = story;
  const routes = insightRoutes({ journal, database, analytics: null, clock: () => clock.nowMs, logger: silentLogger });
  return byName(insightsViewSchema.parse(await routes['insights.get']({ days, of: { kind: 'all' } })).functions);
}

/** Of `p50 ms` and `p95 ms` of the figures that the demo compares. */
const ofFigures = (figures: readonly { figure: string; name: string; value: number | null }[]): Percentiles => {
  const named = (wanted: string) => figures.filter(({ figure }) => figure === wanted);
  const p95 = new Map(named('p95 ms').map(({ name, value }) => [name, value]));
  return byName(named('p50 ms').map(({ name, value }) => ({ name, medianMs: value, p95Ms: p95.get(name) ?? null })));
};

test('the story has calls in many buckets', () => {
  const all = [...durations.values()].flat();
  expect(durations.size).toBe(4);
  expect(new Set(all.map(latencyBucketOf)).size).toBeGreaterThan(8);
});

test('they are within the bucket of the exact ones', () => {
  for (const [name, all] of durations) {
    const exact = (share: number): number => all[Math.ceil(all.length * share) - 1] ?? expect.fail();
    const boundOf = (ms: number): number | undefined => latencyBoundsMs[latencyBucketOf(ms)] ?? latencyBoundsMs.at(-1);
    expect(expected[name]).toEqual({ medianMs: boundOf(exact(0.5)), p95Ms: boundOf(exact(0.95)) });
  }
});

test('Insights tells them from the journal and from the database', async () => {
  expect(await insights(null)).toEqual(expected);
  expect(await insights(app)).toEqual(expected);
});

test('the API tells them of days', async () => {
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  const query = { from: day(endMs - (days - 1) * 86_400_000), to: day(Date.now()), limit: 100 };
  const { items } = await app.write((client) => handlers.functions(client, query));
  expect(byName(items)).toEqual(expected);
});

test('the events have them, and the windows of Flink added up', async () => {
  await story.fresh.query(
    `INSERT INTO spark_metrics_windowed (grain, window_start, window_end, kind, name, outcome, latency_bucket, is_late, total)
     SELECT 'hour', date_trunc('hour', recorded_at, 'UTC'), date_trunc('hour', recorded_at, 'UTC') + interval '1 hour', 'function_call',
            payload ->> 'name', payload ->> 'state', spark_latency_bucket((payload ->> 'durationMs')::double precision), false, count(*)
     FROM spark_events WHERE type = 'function_call' AND payload ->> 'state' IN ('succeeded', 'failed', 'denied', 'cancelled')
     GROUP BY 2, 3, 5, 6, 7`,
  );
  const hourMs = 3_600_000;
  const range = {
    since: new Date(Math.floor((endMs - (days + 1) * 24 * hourMs) / hourMs) * hourMs),
    until: new Date(Math.ceil(Date.now() / hourMs) * hourMs),
  };
  expect(ofFigures(await app.write((client) => readEventFigures(client, range)))).toEqual(expected);
  expect(ofFigures(await app.write((client) => readWindowFigures(client, { ...range, grain: 'hour' })))).toEqual(
    expected,
  );
});

test("Grafana's table has them in seconds", async () => {
  const panels = z
    .array(z.object({ title: z.string(), targets: z.array(z.object({ rawSql: z.string().optional() })).optional() }))
    .parse(dashboards['functions.json']?.['panels']);
  const rawSql = panels.find(({ title }) => title === 'By function')?.targets?.[0]?.rawSql ?? expect.fail();
  const { value: rows } = await grafana.read((reader) =>
    reader.rows(
      { text: rawSql.replace('$__timeFilter(finished_at)', 'finished_at IS NOT NULL') },
      z.object({ Function: z.string(), 'Median ≤ s': z.coerce.number(), 'p95 ≤ s': z.coerce.number() }),
    ),
  );
  const ms = rows.map((row) => ({
    name: row.Function,
    medianMs: row['Median ≤ s'] * 1_000,
    p95Ms: row['p95 ≤ s'] * 1_000,
  }));
  expect(byName(ms)).toEqual(expected);
});

test('the gauges of recent calls have them, and those beyond the last bound', async () => {
  await story.fresh.query(
    `UPDATE spark_function_calls SET duration_ms = 120000.5 WHERE (session_id, call_id) IN (
       SELECT session_id, call_id FROM spark_function_calls WHERE name = 'applyUnityPatch' AND state = 'failed' LIMIT 2)`,
  );
  const { value: calls } = await grafana.read((reader) => readRecentCalls(reader, (days + 1) * 24 * 60));
  for (const { name, p95Ms, beyondBounds, succeeded, failed } of calls) {
    expect(succeeded + failed).toBe(durations.get(name)?.length);
    expect(beyondBounds).toBe(name === 'applyUnityPatch' ? 2 : 0);
    if (name !== 'applyUnityPatch') expect(p95Ms).toBe(expected[name]?.p95Ms);
  }
  expect(calls).toHaveLength(durations.size);
});
