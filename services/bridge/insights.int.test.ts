import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import {
  ensureMonths,
  insertEvents,
  makeDatabase,
  rollDay,
  writeProjections,
  type Database,
} from '../../database/index.ts';
import { makeFreshDatabase, type FreshDatabase } from '../../database/testing/freshDatabase.ts';
import { clusterOf } from '../../database/testing/stackCluster.ts';
import {
  envelopeSchema,
  eventSchemas,
  insightRanges,
  insightsViewSchema,
  isEventType,
  type InsightScope,
  type InsightsView,
  type SparkEvent,
} from '../../shared/contracts/index.ts';
import { insightRoutes } from './api/insights.ts';
import type { Journal } from './journal/index.ts';
import { storySessions, tellStory, type StoryClock } from './testing/insightStory.ts';
import { makeTestFolder, openTestJournal, silentLogger } from './testing/testJournal.ts';

/** One story in the journal, and its events in PostgreSQL as the consumer stores them. */
const endMs = Date.parse('2026-11-23T15:00:00.000Z');
const clock: StoryClock = { nowMs: endMs };
const folder = makeTestFolder();
const opened: Database[] = [];
let journal: Journal;
let fresh: FreshDatabase;
let consumer: Database;
let app: Database;

const scopes: InsightScope[] = [
  { kind: 'all' },
  { kind: 'project', name: 'Forest' },
  { kind: 'project', name: 'Harbour' },
  { kind: 'session', sessionId: storySessions[1].sessionId },
];
const questions = insightRanges.flatMap((days) => scopes.map((of) => ({ days, of })));

function open(config: FreshDatabase['config']): Database {
  const database = makeDatabase({ config, logger: silentLogger, maxConnections: 2 });
  opened.push(database);
  return database;
}

function parse(bytes: Uint8Array): SparkEvent {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  const { type } = envelopeSchema.parse(value);
  if (!isEventType(type)) throw new Error(`${type} is no type of event`);
  return eventSchemas[type].parse(value);
}

/** What waits in the outbox is stored, and acknowledged. */
async function drain(): Promise<string[]> {
  const rows = journal.outbox.pending(100_000);
  const events = rows.map(({ bytes }) => ({ bytes, event: parse(bytes) }));
  const days = [...new Set(events.map(({ event }) => event.timestamp.slice(0, 10)))];
  await consumer.write(async (client) => {
    await ensureMonths(client, days);
    await insertEvents(
      client,
      events.map(({ bytes, event }) => ({
        eventId: event.eventId,
        occurredMs: Date.parse(event.timestamp),
        recordedMs: Date.parse(event.timestamp),
        sessionId: event.sessionId,
        seq: event.seq,
        type: event.type,
        callId: event.callId ?? null,
        userId: null,
        payload: bytes,
      })),
    );
    await writeProjections(
      client,
      events.map(({ event }) => ({ event, recordedAt: event.timestamp })),
    );
  });
  journal.outbox.markAcknowledged(rows.map(({ eventId }, index) => ({ eventId, streamSeq: index + 1 })));
  return days;
}

const rollAll = async (days: readonly string[]): Promise<void> => {
  for (const day of days) await consumer.write((client) => rollDay(client, day));
};

async function ask(database: Database | null, question: (typeof questions)[number]): Promise<InsightsView> {
  const routes = insightRoutes({ journal, database, clock: () => clock.nowMs, logger: silentLogger });
  return insightsViewSchema.parse(await routes['insights.get'](question));
}

/** The figures alone. */
async function figures(database: Database | null, question: (typeof questions)[number]) {
  const { source: _source, ...rest } = await ask(database, question);
  return rest;
}

beforeAll(async () => {
  const stack = inject('stack');
  fresh = await makeFreshDatabase(clusterOf(stack, stack.consumer));
  consumer = open(fresh.config);
  const { SLATE_DB_USER, SLATE_DB_PASSWORD } = clusterOf(stack).config;
  // The primary alone, so that nothing waits for the replica; it is the same SQL on either.
  app = open({ ...fresh.config, SLATE_DB_USER, SLATE_DB_PASSWORD, SLATE_DB_REPLICA_HOST: undefined });
  journal = openTestJournal(folder.dir, () => clock.nowMs);
  tellStory(journal, clock, 190);
  const days = await drain();
  // All but the two last days: those are due, and counted when they are asked for.
  await rollAll(days.toSorted().slice(0, -2));
});
afterAll(async () => {
  for (const database of opened) await database.close();
  journal.close();
  folder.remove();
  await fresh.drop();
});

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
  expect(before.source).toEqual({ kind: 'primary', lagMs: null, queuedEvents: 0, waitingDays: 0 });
  const rolled = '2026-11-10';
  await fresh.query(`INSERT INTO spark_events_daily (day, type, events, sessions) VALUES ($1, 'rolled', 5, 1)`, [
    rolled,
  ]);
  expect((await ask(app, question)).events).toContainEqual({ type: 'rolled', events: 5 });
  clock.nowMs = Date.parse(`${rolled}T08:00:00.000Z`);
  journal.outbox.append(storySessions[0].sessionId, { type: 'telemetry', name: 'late', value: 1, unit: 'ms' });
  clock.nowMs = endMs;
  expect((await ask(app, question)).source).toMatchObject({ queuedEvents: 1 });
  await drain();
  const after = await ask(app, question);
  expect(after.events).toContainEqual({ type: 'telemetry', events: 1 });
  expect(after.events.map(({ type }) => type)).not.toContain('rolled');
  await rollAll([rolled]);
  expect(await figures(app, question)).toEqual(await figures(null, question));
});

it('more days than are counted at once are shown as they were rolled, and told', async () => {
  const due = ['2026-10-01', '2026-10-02', '2026-10-03', '2026-10-04', '2026-10-05', '2026-10-06'];
  for (const day of due) {
    clock.nowMs = Date.parse(`${day}T08:00:00.000Z`);
    journal.outbox.append(storySessions[0].sessionId, { type: 'telemetry', name: 'late', value: 1, unit: 'ms' });
  }
  clock.nowMs = endMs;
  await drain();
  const view = await ask(app, { days: 90, of: { kind: 'all' } });
  const waiting = view.source.kind === 'journal' ? 0 : view.source.waitingDays;
  expect(waiting).toBeGreaterThan(0);
  await rollAll(due);
  expect((await ask(app, { days: 90, of: { kind: 'all' } })).source).toMatchObject({ waitingDays: 0 });
});

it('without a database, or while it is away, the journal answers and says why', async () => {
  const question = { days: 7, of: { kind: 'all' } } as const;
  expect((await ask(null, question)).source).toEqual({ kind: 'journal', why: 'no_database', detail: '' });
  expect((await ask(app, { days: 7, of: { kind: 'machine' } })).source).toMatchObject({ why: 'chosen' });
  const away = open({ ...fresh.config, SLATE_DB_PORT: 1, SLATE_DB_REPLICA_HOST: undefined });
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
  journal.removal.removeSessions([sessionId]);
  const after = await ask(null, question);
  expect(after.totals.calls).toBe(before.totals.calls - theirs.totals.calls);
  expect(after.totals.costMicroUsd).toBe(before.totals.costMicroUsd);
  expect(theirs.totals.calls).toBeGreaterThan(0);
});
