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

const stateOf = async (sessionId: string) => ({
  session: await fresh.query(
    'SELECT title, model, status, started_at, ended_at, seq, recorded_at FROM spark_sessions WHERE session_id = $1',
    [sessionId],
  ),
  call: await fresh.query(
    'SELECT state, arguments, error_code, received_at, finished_at, seq, recorded_at FROM spark_function_calls WHERE session_id = $1',
    [sessionId],
  ),
});

test('every order of the same events, one by one and in pairs, by the app first or not, ends in the same rows', async () => {
  const reference = randomUUID();
  const record = (events: readonly SparkEvent[]) => events.map((event) => ({ event, recordedAt: at(event.seq + 60) }));
  await database.write((client) => writeProjections(client, record(storyOf(reference))));
  const expected = await stateOf(reference);
  expect(expected).toMatchObject({ session: [{ title: 'Renamed', status: 'ended' }], call: [{ state: 'failed' }] });

  const orders = [...permutations([0, 1, 2, 3, 4, 5])];
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
  for (const sessionId of sessionIds) expect(await stateOf(sessionId)).toEqual(expected);
});
