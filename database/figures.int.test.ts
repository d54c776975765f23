import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makeLogger } from '../shared/node/logging/index.ts';
import {
  ensureMonths,
  insertEvents,
  makeDatabase,
  readEventFigures,
  readWindowFigures,
  type Database,
  type Figure,
} from './index.ts';
import { makeFreshDatabase, type FreshDatabase } from './testing/freshDatabase.ts';
import { clusterOf } from './testing/stackCluster.ts';

let fresh: FreshDatabase;
let database: Database;
beforeAll(async () => {
  fresh = await makeFreshDatabase(clusterOf(inject('stack')));
  database = makeDatabase({ config: fresh.ownerConfig, logger: makeLogger({ name: 'test', level: 'silent' }) });
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

const range = { since: new Date('2026-03-05T10:00:00Z'), until: new Date('2026-03-05T12:00:00Z') };
const recordedMs = range.since.getTime() + 90_000;
const event = (type: string, atMs: number, payload: Readonly<Record<string, unknown>>) => ({
  eventId: randomUUID(),
  sessionId: randomUUID(),
  seq: 1,
  type,
  callId: null,
  userId: 'developer-1@example.com',
  recordedMs: atMs,
  occurredMs: atMs,
  payload: Buffer.from(JSON.stringify(payload)),
});
const call = (state: string, durationMs?: number) => ({ name: 'read_unity_console', state, durationMs });
const sorted = (figures: readonly Figure[]): string[] =>
  figures.map(({ figure, name, value }) => `${figure} ${name} ${value}`).toSorted();

test('the events and the windows that were made of them have the same figures, late ones among them', async () => {
  const usage = { model: 'a-model', inputTokens: 10, cachedTokens: 3, outputTokens: 5 };
  const rows = [
    event('function_call', recordedMs, call('succeeded', 40)),
    event('function_call', recordedMs, call('failed', 2_500)),
    // A person said no: it counts as a call, and has no duration.
    event('function_call', recordedMs, call('denied')),
    event('function_call', recordedMs, call('running')),
    event('usage', recordedMs, { ...usage, costMicroUsd: 70 }),
    event('usage', recordedMs, usage),
    event('telemetry', range.until.getTime(), {}),
  ];
  await database.write(async (client) => {
    await ensureMonths(client, [range.since.toISOString()]);
    await insertEvents(client, rows);
  });
  await fresh.query(
    `INSERT INTO spark_metrics_windowed (grain, window_start, window_end, kind, name, outcome, latency_bucket, is_late, total)
     SELECT 'hour', '2026-03-05T10:00:00Z', '2026-03-05T11:00:00Z', w.* FROM (VALUES
       ('event', 'function_call', '', -1, false, 3), ('event', 'function_call', '', -1, true, 1), ('event', 'usage', '', -1, false, 2),
       ('function_call', 'read_unity_console', 'succeeded', 0, false, 1), ('function_call', 'read_unity_console', 'failed', 9, true, 1),
       ('function_call', 'read_unity_console', 'denied', -1, false, 1)) AS w`,
  );
  await fresh.query(
    `INSERT INTO spark_usage_windowed (grain, window_start, window_end, provider, model, user_id, is_late, responses, input_tokens,
                                       cached_tokens, output_tokens, cost_micro_usd, unpriced_responses)
     VALUES ('hour', '2026-03-05T10:00:00Z', '2026-03-05T11:00:00Z', 'p', 'a-model', 'developer-1@example.com', false, 2, 20, 6, 10, 70, 1)`,
  );
  const ofEvents = sorted(await database.write((client) => readEventFigures(client, range)));
  expect(ofEvents).toEqual(
    expect.arrayContaining([
      'calls read_unity_console 3',
      'events function_call 4',
      'failed calls read_unity_console 1',
      'p50 ms read_unity_console 50',
      'p95 ms at 10:00 read_unity_console 3000',
      'cost µ$ by user developer-1@example.com 70',
      'unpriced responses by model a-model 1',
    ]),
  );
  const ofHours = await database.write((client) => readWindowFigures(client, { ...range, grain: 'hour' }));
  expect(sorted(ofHours)).toEqual(ofEvents);
  expect(await database.write((client) => readWindowFigures(client, { ...range, grain: 'minute' }))).toEqual([]);
});
