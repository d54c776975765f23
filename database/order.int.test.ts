import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { CallState, SparkEvent } from '../shared/contracts/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { makeDatabase, writeProjections, type Database } from './index.ts';
import { makeFreshDatabase, type FreshDatabase } from './testing/freshDatabase.ts';
import { clusterOf } from './testing/stackCluster.ts';

let fresh: FreshDatabase;
let database: Database;
beforeAll(async () => {
  fresh = await makeFreshDatabase(clusterOf(inject('stack')));
  database = makeDatabase({ config: fresh.config, logger: makeLogger({ name: 'test', level: 'silent' }) });
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

const at = (seq: number): string => new Date(Date.UTC(2026, 0, 1) + seq * 1_000).toISOString();
const envelope = (sessionId: string, seq: number) => ({
  eventId: randomUUID(),
  sessionId,
  seq,
  timestamp: at(seq),
  schemaVersion: 1,
  source: { app: 'spark', version: '0.0.0', host: 'test' },
});

function storyOf(sessionId: string): SparkEvent[] {
  const call = (seq: number, state: CallState, more: object): SparkEvent => ({
    ...envelope(sessionId, seq),
    type: 'function_call',
    callId: 'call_1',
    name: 'generateUnityScript',
    effect: 'write',
    state,
    ...more,
  });
  return [
    { ...envelope(sessionId, 1), type: 'session', action: 'started', title: 'New', model: 'm' },
    call(2, 'received', { argumentsJson: '{}' }),
    call(3, 'running', {}),
    { ...envelope(sessionId, 4), type: 'session', action: 'ended', title: 'Done' },
    call(5, 'failed', { errorCode: 'unity_failed' }),
    { ...envelope(sessionId, 6), type: 'session', action: 'renamed', title: 'Renamed' },
  ];
}

function* permutations<T>(items: readonly T[]): Generator<T[]> {
  if (items.length < 2) yield [...items];
  for (const [index, item] of items.entries()) {
    if (items.length < 2) return;
    for (const rest of permutations(items.toSpliced(index, 1))) yield [item, ...rest];
  }
}

/** The distinct states of all these sessions: one each when every order ended alike. */
const statesOf = async (sessionIds: readonly string[]) => ({
  sessions: await fresh.query(
    'SELECT DISTINCT title, model, status, started_at, ended_at, seq, recorded_at FROM spark_sessions WHERE session_id = ANY ($1)',
    [sessionIds],
  ),
  calls: await fresh.query(
    'SELECT DISTINCT state, arguments, error_code, received_at, finished_at, seq, recorded_at FROM spark_function_calls WHERE session_id = ANY ($1)',
    [sessionIds],
  ),
});

test('orders of the same events, one by one and in pairs, by the app first or not, all end in the same rows', async () => {
  const reference = randomUUID();
  const record = (events: readonly SparkEvent[]) => events.map((event) => ({ event, recordedAt: at(event.seq + 60) }));
  await database.write((client) => writeProjections(client, record(storyOf(reference))));
  const expected = await statesOf([reference]);
  expect(expected).toMatchObject({
    sessions: [{ title: 'Renamed', status: 'ended' }],
    calls: [{ state: 'failed', arguments: '{}' }],
  });

  // Every fifth of the 720: enough to meet each pair in both orders many times.
  const orders = [...permutations([0, 1, 2, 3, 4, 5])].filter((_, n) => n % 5 === 0);
  const sessionIds = orders.map(() => randomUUID());
  await database.write(async (client) => {
    for (const [index, order] of orders.entries()) {
      const story = storyOf(sessionIds[index] ?? '');
      const shuffled = order.flatMap((position) => story[position] ?? []);
      // The app writes some of them directly, without the stream's time, before or after the consumer does.
      if (index % 3 === 0) await writeProjections(client, shuffled.slice(0, 2));
      const step = index % 2 === 0 ? 1 : 2;
      for (let from = 0; from < shuffled.length; from += step) {
        await writeProjections(client, record(shuffled.slice(from, from + step)));
      }
      if (index % 3 === 1) await writeProjections(client, shuffled.slice(0, 2));
    }
  });
  expect(await statesOf(sessionIds)).toEqual(expected);
});

test("the app's own writes, each a single row, end in the same rows as well", async () => {
  const [together, apart] = [randomUUID(), randomUUID()];
  await database.write((client) => writeProjections(client, storyOf(together)));
  for (const event of storyOf(apart).toReversed()) await database.write([event]);
  const expected = await statesOf([together]);
  expect(expected).toMatchObject({ sessions: [{ title: 'Renamed' }], calls: [{ state: 'failed', arguments: '{}' }] });
  expect(await statesOf([apart])).toEqual(expected);
});
