import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Database } from '../../database/index.ts';
import { clusterOf } from '../../database/testing/stackCluster.ts';
import {
  insightRanges,
  insightsViewSchema,
  type InsightScope,
  type InsightsView,
} from '../../shared/contracts/index.ts';
import { insightRoutes } from './api/insights.ts';
import { storySessions } from './testing/insightStory.ts';
import { openStoryDatabase, type StoryDatabase } from './testing/storyDatabase.ts';
import { silentLogger } from './testing/testJournal.ts';

const endMs = Date.parse('2026-11-23T15:00:00.000Z');
let story: StoryDatabase;
let app: Database;

const scopes: InsightScope[] = [
  { kind: 'all' },
  { kind: 'project', name: 'Forest' },
  { kind: 'project', name: 'Harbour' },
  { kind: 'session', sessionId: storySessions[1].sessionId },
];
const questions = insightRanges.flatMap((days) => scopes.map((of) => ({ days, of })));

async function ask(database: Database | null, question: (typeof questions)[number]): Promise<InsightsView> {
  const { journal, clock } = story;
  const routes = insightRoutes({ journal, database, analytics: null, clock: () => clock.nowMs, logger: silentLogger });
  return insightsViewSchema.parse(await routes['insights.get'](question));
}

/** The figures alone. */
async function figures(database: Database | null, question: (typeof questions)[number]) {
  const { source: _source, ...rest } = await ask(database, question);
  return rest;
}

beforeAll(async () => {
  const stack = inject('stack');
  story = await openStoryDatabase(clusterOf(stack, stack.consumer), { endMs, days: 190 });
  const { SLATE_DB_USER, SLATE_DB_PASSWORD } = clusterOf(stack).config;
  app = story.open({ ...story.fresh.config, SLATE_DB_USER, SLATE_DB_PASSWORD });
});
afterAll(() => story.close());

it('the database and the journal tell the same figures of the same work, for every range and scope', async () => {
  for (const question of questions) {
    const local = await figures(null, question);
    expect(await figures(app, question), JSON.stringify(question)).toEqual(local);
    expect(local.calls.length).toBeGreaterThan(0);
    expect(local.usage.length).toBeGreaterThan(0);
    expect(local.functions.length).toBeGreaterThan(0);
    expect(local.events.length).toBeGreaterThan(0);
  }
  const { errors, targets, projects, before, totals } = await figures(app, { days: 90, of: { kind: 'all' } });
  expect(errors.map(({ kind }) => kind)).toContain('build');
  expect(errors.map(({ kind }) => kind)).toContain('function_call');
  expect(targets.map(({ target }) => target)).toEqual(['linux64', 'webgl']);
  expect(projects).toEqual(['Forest', 'Harbour']);
  for (const sums of [before, totals]) {
    expect(sums.calls).toBeGreaterThan(100);
    expect(sums.builds).toBeGreaterThan(0);
    expect(sums.costMicroUsd).toBeGreaterThan(0);
    expect(sums.unpricedResponses).toBeGreaterThan(0);
  }
});

it('figures are of what the parts sum up to, and a project is less than all', async () => {
  const view = await ask(app, { days: 30, of: { kind: 'all' } });
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  expect(sum(view.functions.map((one) => one.succeeded))).toBe(view.totals.succeeded);
  expect(sum(view.functions.map((one) => one.failed))).toBe(view.totals.failed);
  expect(sum(view.errors.map((one) => one.errors))).toBe(view.totals.failed + view.totals.failedBuilds);
  expect(sum(view.targets.map((one) => one.completed + one.failed))).toBe(view.totals.builds);
  expect(sum(view.functions.map((one) => one.costMicroUsd))).toBeGreaterThan(0);
  expect(sum(view.functions.map((one) => one.costMicroUsd))).toBeLessThan(view.totals.costMicroUsd);
  for (const { medianMs, p95Ms } of view.functions) expect(medianMs ?? 0).toBeLessThanOrEqual(p95Ms ?? 0);
  const forest = await ask(app, { days: 30, of: { kind: 'project', name: 'Forest' } });
  expect(forest.totals.calls).toBeLessThan(view.totals.calls);
});

it('rolled days are read from the daily tables, and a late event of one is counted before it is rolled again', async () => {
  const question = { days: 30, of: { kind: 'all' } } as const;
  const before = await ask(app, question);
  expect(before.source).toEqual({ kind: 'primary', lagMs: null, queuedEvents: 0, waitingDays: 0, analyticsAway: null });
  const rolled = '2026-11-10';
  await story.fresh.query(`INSERT INTO spark_events_daily (day, type, events, sessions) VALUES ($1, 'rolled', 5, 1)`, [
    rolled,
  ]);
  expect((await ask(app, question)).events).toContainEqual({ type: 'rolled', events: 5 });
  story.clock.nowMs = Date.parse(`${rolled}T08:00:00.000Z`);
  story.journal.outbox.append(storySessions[0].sessionId, { type: 'telemetry', name: 'late', value: 1, unit: 'ms' });
  story.clock.nowMs = endMs;
  expect((await ask(app, question)).source).toMatchObject({ queuedEvents: 1 });
  await story.drain();
  const after = await ask(app, question);
  expect(after.events).toContainEqual({ type: 'telemetry', events: 1 });
  expect(after.events.map(({ type }) => type)).not.toContain('rolled');
  await story.roll([rolled]);
  expect(await figures(app, question)).toEqual(await figures(null, question));
});

it('more days than are counted at once are shown as they were rolled, and told', async () => {
  const due = ['2026-10-01', '2026-10-02', '2026-10-03', '2026-10-04', '2026-10-05', '2026-10-06'];
  for (const day of due) {
    story.clock.nowMs = Date.parse(`${day}T08:00:00.000Z`);
    story.journal.outbox.append(storySessions[0].sessionId, { type: 'telemetry', name: 'late', value: 1, unit: 'ms' });
  }
  story.clock.nowMs = endMs;
  await story.drain();
  const view = await ask(app, { days: 90, of: { kind: 'all' } });
  const waiting = view.source.kind === 'journal' ? 0 : view.source.waitingDays;
  expect(waiting).toBeGreaterThan(0);
  await story.roll(due);
  expect((await ask(app, { days: 90, of: { kind: 'all' } })).source).toMatchObject({ waitingDays: 0 });
});

it('without a database, or while it is away, the journal answers and says why', async () => {
  const question = { days: 7, of: { kind: 'all' } } as const;
  expect((await ask(null, question)).source).toEqual({ kind: 'journal', why: 'no_database', detail: '' });
  expect((await ask(app, { days: 7, of: { kind: 'machine' } })).source).toMatchObject({ why: 'chosen' });
  const away = story.open({ ...story.fresh.config, SLATE_DB_PORT: 1 });
  const view = await ask(away, question);
  expect(view.source).toMatchObject({ kind: 'journal', why: 'database_away' });
  expect(view.source.kind === 'journal' ? view.source.detail : '').not.toBe('');
  const { source: _away, ...rest } = view;
  expect(rest).toEqual(await figures(null, question));
});

it('erased sessions leave with their figures, but not what was spent', async () => {
  const { sessionId } = storySessions[3];
  const question = { days: 90, of: { kind: 'machine' } } as const;
  const before = await ask(null, question);
  const theirs = await ask(null, { days: 90, of: { kind: 'session', sessionId } });
  story.journal.removal.removeSessions([sessionId]);
  const after = await ask(null, question);
  expect(after.totals.calls).toBe(before.totals.calls - theirs.totals.calls);
  expect(after.totals.costMicroUsd).toBe(before.totals.costMicroUsd);
  expect(theirs.totals.calls).toBeGreaterThan(0);
});
