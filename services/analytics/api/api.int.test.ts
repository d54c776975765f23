import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { z } from 'zod';
import { keepAlert, makeReplicaReader, type Database, type ReplicaReader } from '../../../database/index.ts';
import { clusterOf } from '../../../database/testing/stackCluster.ts';
import {
  analyticsRoutes,
  insightRanges,
  insightsViewSchema,
  type Alert,
  type AnalyticsAnswer,
  type AnalyticsRouteName,
  type InsightScope,
} from '../../../shared/contracts/index.ts';
import { makeLifecycle } from '../../../shared/node/lifecycle/index.ts';
import { makeAnalyticsClient, type AnalyticsClient } from '../../bridge/analytics/index.ts';
import { insightRoutes } from '../../bridge/api/insights.ts';
import { storySessions } from '../../bridge/testing/insightStory.ts';
import { openStoryDatabase, type StoryDatabase } from '../../bridge/testing/storyDatabase.ts';
import { silentLogger } from '../../bridge/testing/testJournal.ts';
import { makeApiMetrics } from './metrics.ts';
import { startAnalyticsApi } from './server.ts';
import { observeStored } from './storedGauges.ts';

/** The API on a real streaming replica as Grafana's role, beside the app's own SQL on the primary, over one story. */
const endMs = Date.parse('2026-11-23T15:00:00.000Z');
const token = 'a-token-of-this-test';
const alertmanagerToken = 'alertmanagers-of-this-test';
const lifecycle = makeLifecycle({ logger: silentLogger });
const metrics = makeApiMetrics({ version: '0.0.0' });
let story: StoryDatabase;
let app: Database;
let reader: ReplicaReader;
let url: string;

beforeAll(async () => {
  const stack = inject('stack');
  story = await openStoryDatabase(clusterOf(stack, stack.consumer), { endMs, days: 190 });
  const { SLATE_DB_USER, SLATE_DB_PASSWORD } = clusterOf(stack).config;
  app = story.open({ ...story.fresh.config, SLATE_DB_USER, SLATE_DB_PASSWORD });
  const { user, password } = stack.readonly;
  reader = makeReplicaReader({
    config: { ...story.fresh.config, SLATE_DB_HOST: undefined, SLATE_DB_USER: user, SLATE_DB_PASSWORD: password },
    logger: silentLogger,
    lifecycle,
    applicationName: 'test',
    maxConnections: 6,
    statementTimeoutMs: 10_000,
  });
  observeStored(metrics.registry, { reader });
  ({ url } = await startAnalyticsApi({
    reader,
    forward: () => Promise.resolve(),
    metrics,
    logger: silentLogger,
    lifecycle,
    address: '127.0.0.1',
    port: 0,
    token,
    alertmanagerToken,
    version: '0.0.0',
    memoryMs: 0,
  }));
  await replayed();
});
afterAll(async () => {
  await lifecycle.shutdown('test');
  await story.close();
});

/** Until the replica has what the primary has now. */
async function replayed(): Promise<void> {
  const [row] = await story.fresh.query('SELECT pg_current_wal_flush_lsn()::text AS lsn');
  const statement = { text: 'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS there', values: [row?.['lsn']] };
  const look = () => reader.read((sql) => sql.rows(statement, z.object({ there: z.literal(true) })));
  // The database itself may not be there yet.
  await vi.waitFor(look, { timeout: 30_000, interval: 50 });
}

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}`, ...headers } });

async function read<N extends AnalyticsRouteName>(
  name: N,
  query: Readonly<Record<string, string>>,
): Promise<AnalyticsAnswer<N>> {
  const { path, answer } = analyticsRoutes[name];
  const response = await get(`${path}?${new URLSearchParams(query).toString()}`);
  expect(response.status, await response.clone().text()).toBe(200);
  return answer.parse(await response.json()) as AnalyticsAnswer<N>;
}

const scopes: InsightScope[] = [
  { kind: 'all' },
  { kind: 'project', name: 'Forest' },
  { kind: 'project', name: 'Harbour' },
  { kind: 'session', sessionId: storySessions[1].sessionId },
];
const questions = insightRanges.flatMap((days) => scopes.map((of) => ({ days, of })));
const client = () => makeAnalyticsClient({ url: `${url}/`, token });

async function insights(
  question: (typeof questions)[number],
  analytics: AnalyticsClient | null,
  database = app as Database | null,
) {
  const { journal, clock } = story;
  const routes = insightRoutes({ journal, database, analytics, clock: () => clock.nowMs, logger: silentLogger });
  const { source, readAt: _readAt, ...figures } = insightsViewSchema.parse(await routes['insights.get'](question));
  return { source, figures };
}

describe("the window's insights", () => {
  test('every figure is the same from the API, from SQL and from the journal, for every range and scope', async () => {
    for (const question of questions) {
      const told = await insights(question, client());
      const direct = await insights(question, null);
      const local = await insights(question, null, null);
      expect(told.source).toMatchObject({ kind: 'analytics', queuedEvents: 0, waitingDays: 0, analyticsAway: null });
      expect(direct.source.kind).toBe('primary');
      expect(local.source.kind).toBe('journal');
      expect(told.figures, JSON.stringify(question)).toEqual(direct.figures);
      expect(told.figures, JSON.stringify(question)).toEqual(local.figures);
      expect(told.figures.totals.calls).toBeGreaterThan(0);
      expect(told.figures.usage.length).toBeGreaterThan(0);
    }
  });

  test('while the API is away, refuses the token or answers something else, the database answers and it is said why', async () => {
    const question = { days: 30, of: { kind: 'all' } } as const;
    const direct = await insights(question, null);
    for (const [analytics, words] of [
      [makeAnalyticsClient({ url: 'http://127.0.0.1:1/api/analytics', token }), 'does not answer'],
      [makeAnalyticsClient({ url, token: 'not-the-token-of-it' }), 'SLATE_ANALYTICS_TOKEN'],
      [makeAnalyticsClient({ url: url.replace('/api/analytics', '/healthz?'), token }), 'does not understand'],
    ] as const) {
      const { source, figures } = await insights(question, analytics);
      expect(source).toMatchObject({ kind: 'primary', analyticsAway: expect.stringContaining(words) });
      expect(figures).toEqual(direct.figures);
    }
    const away = makeAnalyticsClient({ url: 'http://127.0.0.1:1', token });
    const alone = await insights(question, away, null);
    expect(alone.source).toMatchObject({
      kind: 'journal',
      why: 'analytics_away',
      detail: expect.stringContaining('does not answer'),
    });
    expect(alone.figures).toEqual(direct.figures);
  });

  test('what did not change is not sent twice', async () => {
    const statuses: number[] = [];
    const counting: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      statuses.push(response.status);
      return response;
    };
    const analytics = makeAnalyticsClient({ url, token, fetch: counting });
    const question = { days: 7, of: { kind: 'all' } } as const;
    const first = await insights(question, analytics);
    // Other plans, which group by other means: rows come in another order where none is asked for.
    await story.fresh.query('ANALYZE');
    await replayed();
    expect((await insights(question, analytics)).figures).toEqual(first.figures);
    expect(statuses).toEqual([200, 304]);
  });
});

const range = { from: '2026-08-26', to: '2026-11-23' };

describe('the lists', () => {
  test('say what the insights say of the same days', async () => {
    const { parts } = await read('insights', { first: range.from, ...range });
    const names = ['usage', 'calls', 'errors', 'events', 'builds', 'targets'] as const;
    for (const name of names) {
      const { items, next } = await read(name, { ...range, limit: '1000' });
      expect(next, name).toBeNull();
      expect(new Set(items.map((row) => JSON.stringify(row))), name).toEqual(
        new Set(parts[name].map((row) => JSON.stringify(row))),
      );
      expect(items.length, name).toBeGreaterThan(0);
    }
    const { items: functions } = await read('functions', range);
    expect(functions.map(({ name }) => name).sort()).toEqual(parts.functions.map(({ name }) => name).sort());
    const sum = (rows: readonly { readonly costMicroUsd: number }[]) =>
      rows.reduce((all, row) => all + row.costMicroUsd, 0);
    expect(sum(functions)).toBe(sum(parts.costs));
  });

  test('are the same page by page as at once, and a cursor of another list is refused', async () => {
    const whole = await read('usage', { ...range, limit: '1000' });
    const seen: typeof whole.items = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: AnalyticsAnswer<'usage'> = await read('usage', {
        ...range,
        limit: '7',
        ...(cursor === '' ? {} : { cursor }),
      });
      seen.push(...page.items);
      cursor = page.next;
    }
    expect(seen).toEqual(whole.items);
    expect((await get(`/alerts?cursor=${Buffer.from('["x"]').toString('base64url')}`)).status).toBe(400);
  });

  test('alerts come newest first, by state, and page by page', async () => {
    const alerts = Array.from({ length: 5 }, (_, index): Alert => {
      const raisedAt = `2026-11-2${index}T10:00:00.000Z`;
      const isOver = index < 3;
      return {
        alertId: randomUUID(),
        source: 'storm',
        ruleId: `rule-${index}`,
        kind: 'budget',
        severity: 'warning',
        group: 'all',
        state: isOver ? 'cleared' : 'raised',
        summary: 'Over.',
        value: 1.5,
        threshold: 1,
        baseline: null,
        raisedAt,
        clearedAt: isOver ? raisedAt : null,
      };
    });
    const consumer = story.open(story.fresh.config);
    for (const alert of alerts) await consumer.write((sql) => keepAlert(sql, alert));
    await replayed();
    expect((await read('alerts', { state: 'raised' })).items).toEqual([alerts[4], alerts[3]]);
    const first = await read('alerts', { limit: '2' });
    const rest = await read('alerts', { limit: '3', cursor: first.next ?? expect.fail() });
    expect([...first.items, ...rest.items]).toEqual(alerts.toReversed());
    expect(rest.next).toBeNull();
  });
});

test('a test of the connection says that it answers, or why it does not', async () => {
  await expect(client().check()).resolves.toEqual({ latencyMs: expect.any(Number) });
  await expect(makeAnalyticsClient({ url, token: 'not-the-token-of-it' }).check()).rejects.toMatchObject({
    code: 'analytics_rejected',
    message: expect.stringContaining('SLATE_ANALYTICS_TOKEN'),
  });
  await expect(makeAnalyticsClient({ url: 'http://127.0.0.1:1', token }).check()).rejects.toMatchObject({
    code: 'analytics_unavailable',
  });
});

describe('the windows of Flink', () => {
  const hours = { grain: 'hour', from: '2026-11-22T00:00:00Z', before: '2026-11-23T00:00:00Z' };
  beforeAll(async () => {
    await story.fresh.query(`
      INSERT INTO spark_metrics_windowed
      SELECT 'hour', at, at + interval '1 hour', kind, name, outcome, bucket, late, n
      FROM (VALUES ('event', 'usage', '', -1, false, 40), ('event', 'usage', '', -1, true, 2), ('function_call', 'f', 'succeeded', 3, false, 90),
                   ('function_call', 'f', 'failed', 10, true, 10), ('function_call', 'f', 'denied', 18, false, 5)) AS w (kind, name, outcome, bucket, late, n),
           generate_series(timestamptz '2026-11-22 00:00+00', '2026-11-22 02:00+00', interval '1 hour') AS at`);
    await story.fresh.query(`
      INSERT INTO spark_usage_windowed
      SELECT 'hour', '2026-11-22 00:00+00', '2026-11-22 01:00+00', 'openai', 'm', who, late, 3, 100, 50, 20, 7, 1
      FROM (VALUES ('', false), ('ann', false), ('ann', true)) AS w (who, late)`);
    await replayed();
  });

  test('are added up with those that came late, and percentiles are of the calls that ended by themselves', async () => {
    const { items, next } = await read('windows', hours);
    expect(next).toBeNull();
    expect(items).toHaveLength(6);
    expect(items.slice(0, 2)).toEqual([
      {
        windowStart: '2026-11-22T00:00:00.000Z',
        windowEnd: '2026-11-22T01:00:00.000Z',
        kind: 'event',
        name: 'usage',
        total: 42,
        late: 2,
        succeeded: 0,
        failed: 0,
        denied: 0,
        cancelled: 0,
        p50Ms: null,
        p95Ms: null,
      },
      expect.objectContaining({
        name: 'f',
        total: 105,
        late: 10,
        succeeded: 90,
        failed: 10,
        denied: 5,
        p50Ms: 300,
        p95Ms: 5_000,
      }),
    ]);
    const { items: people } = await read('usageWindows', hours);
    expect(
      people.map(({ userId, responses, lateResponses, costMicroUsd }) => [
        userId,
        responses,
        lateResponses,
        costMicroUsd,
      ]),
    ).toEqual([
      ['', 3, 0, 7],
      ['ann', 6, 3, 14],
    ]);
    expect((await read('windows', { ...hours, grain: 'minute' })).items).toEqual([]);
  });

  test('are the same page by page, and a range that is too long or ends before it begins is refused', async () => {
    const whole = await read('windows', hours);
    const first = await read('windows', { ...hours, limit: '4' });
    const rest = await read('windows', { ...hours, limit: '4', cursor: first.next ?? expect.fail() });
    expect([...first.items, ...rest.items]).toEqual(whole.items);
    expect(rest.next).toBeNull();
    for (const query of [
      'grain=minute&from=2026-11-01T00:00:00Z&before=2026-11-23T00:00:00Z',
      'from=2026-11-02T00:00:00Z&before=2026-11-01T00:00:00Z',
    ]) {
      expect((await get(`/windows?${query}`)).status).toBe(400);
    }
  });
});

test("the apps' token raises and ends no alert, and Alertmanager's reads nothing", async () => {
  const post = (authorization: string) =>
    fetch(`${url}/alerts/prometheus`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ version: '4', alerts: [] }),
    }).then(({ status }) => status);
  expect(await post(`Bearer ${token}`)).toBe(401);
  expect(await post(`Bearer ${alertmanagerToken}`)).toBe(204);
  const headers = { authorization: `Bearer ${alertmanagerToken}` };
  for (const { path } of Object.values(analyticsRoutes)) {
    expect((await fetch(`${url}${path}`, { headers })).status, path).toBe(401);
  }
});

describe('who asks wrongly', () => {
  test.each([undefined, 'Bearer', `Bearer ${token}x`, `Basic ${token}`])(
    'is refused without the token: %j',
    async (authorization) => {
      const answers = await Promise.all(
        Object.values(analyticsRoutes).map(({ path }) =>
          fetch(`${url}${path}`, authorization === undefined ? {} : { headers: { authorization } }),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
    },
  );

  test.each([
    ['', ['from', 'to']],
    ['from=2026-11-01&to=2026-10-01', ['to']],
    ['from=2020-01-01&to=2026-11-01', ['to']],
    ['from=yesterday&to=2026-11-01&limit=0', ['from', 'limit']],
    ['from=2026-11-01&to=2026-11-02&limit=1001&more=1', ['limit', '(root)']],
    [`from=2026-11-01&to=2026-11-02&project=a&session=${randomUUID()}`, ['session']],
    ['from=2026-11-01&to=2026-11-02&session=me', ['session']],
  ])('is told every mistake: %s', async (query, paths) => {
    const response = await get(`/usage?${query}`);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { code: string; issues: { path: string }[] } };
    expect(error.code).toBe('invalid_input');
    expect(new Set(error.issues.map(({ path }) => path))).toEqual(new Set(paths));
  });

  test('SQL in a name is a name', async () => {
    const { items } = await read('usage', { ...range, project: `Forest'; DROP TABLE spark_usage; --` });
    expect(items).toEqual([]);
    expect((await read('usage', { ...range, project: 'Forest' })).items.length).toBeGreaterThan(0);
  });
});

describe('beside the figures', () => {
  const outside = (path: string) => fetch(`${new URL(url).origin}${path}`);

  test('health and metrics say how the replica is, and what calls ended in the last minutes', async () => {
    await story.fresh.query(
      `INSERT INTO spark_function_calls (session_id, call_id, seq, name, effect, state, received_at, finished_at, duration_ms)
       SELECT gen_random_uuid(), 'recent', 1, 'recentFunction', 'read', 'succeeded', now(), now(), CASE WHEN i <= 2 THEN 150000 ELSE 280 END
       FROM generate_series(1, 40) AS i`,
    );
    await replayed();
    expect(await (await outside('/readyz')).json()).toEqual({ ok: true, checks: { replica: 'ok' } });
    expect((await outside('/healthz')).status).toBe(200);
    const text = await (await outside('/metrics')).text();
    for (const name of [
      'spark_analytics_replica_up 1',
      'spark_analytics_replica_lag_seconds ',
      'spark_stored_missing_months ',
      'spark_stored_recent_calls{function="recentFunction",outcome="succeeded"} 40',
      'spark_stored_recent_call_p95_seconds{function="recentFunction"} 0.3',
      'spark_stored_recent_slow_calls{function="recentFunction"} 2',
    ]) {
      expect(text).toContain(`\n${name}`);
    }
    expect(text).toContain('route="/usage",status="200"');
    expect(text).not.toContain('route="/nowhere');
  });

  test('the reader can neither write nor ask a server that is no replica', async () => {
    await expect(
      reader.read((sql) => sql.run({ text: `UPDATE spark_sessions SET title = 'x'` })),
    ).rejects.toMatchObject({ data: { sqlState: '25006' } });
    const primary = makeReplicaReader({
      config: {
        ...story.fresh.config,
        SLATE_DB_REPLICA_HOST: story.fresh.config.SLATE_DB_HOST,
        SPARK_DB_REPLICA_PORT: undefined,
      },
      logger: silentLogger,
      applicationName: 'test',
      maxConnections: 1,
      statementTimeoutMs: 1_000,
    });
    await expect(primary.read(() => Promise.resolve())).rejects.toMatchObject({ code: 'db_unavailable' });
    await primary.close();
  });
});
