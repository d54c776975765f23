import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { SparkEvent } from '../shared/contracts/index.ts';
import { makeDirectWrites, type DirectWrite } from './directWrite.ts';

const usage = (sessionId: string, responseId: string): SparkEvent => ({
  eventId: randomUUID(),
  sessionId,
  seq: 1,
  timestamp: '2026-01-01T00:00:00.000Z',
  schemaVersion: 1,
  source: { app: 'spark', version: '0.0.0', host: 'test' },
  type: 'usage',
  responseId,
  provider: 'openai',
  model: 'm',
  inputTokens: 1,
  cachedTokens: 0,
  outputTokens: 1,
});
const namesOf = ({ statements }: DirectWrite) => statements.map(({ name }) => name);
const session = '0190a0b0-0000-7000-8000-00000000000a';

test("a session's row is ensured with its first write, and after that a single row is a single statement", () => {
  const writes = makeDirectWrites();
  const first = writes.of([usage(session, 'a')]);
  expect(namesOf(first)).toEqual(['ensure-sessions', 'upsert-one-spark_usage']);
  first.committed();
  expect(namesOf(writes.of([usage(session.toUpperCase(), 'b')]))).toEqual(['upsert-one-spark_usage']);
});

test('a write that was not committed has taught nothing, and a server that was lost makes all forget', () => {
  const writes = makeDirectWrites();
  const first = writes.of([usage(session, 'a')]);
  expect(namesOf(writes.of([usage(session, 'b')]))).toContain('ensure-sessions');
  first.committed();
  writes.forget();
  expect(namesOf(writes.of([usage(session, 'b')]))).toContain('ensure-sessions');
});

test('several rows of a table go as one statement with arrays', () => {
  expect(namesOf(makeDirectWrites().of([usage(session, 'a'), usage(session, 'b')]))).toEqual([
    'ensure-sessions',
    'upsert-spark_usage',
  ]);
});

test('no more sessions are remembered than fit', () => {
  const writes = makeDirectWrites({ maxSessions: 2 });
  const ids = Array.from({ length: 3 }, () => randomUUID());
  for (const id of ids) writes.of([usage(id, 'a')]).committed();
  const ensured = ids.filter((id) => namesOf(writes.of([usage(id, 'a')])).includes('ensure-sessions'));
  expect(ensured).toEqual(ids.slice(0, 2));
});

test('events without a table of their own leave nothing to write once their session is known', () => {
  const writes = makeDirectWrites();
  writes.of([usage(session, 'a')]).committed();
  const { responseId: _, ...envelope } = usage(session, 'a') as SparkEvent & { responseId: string };
  const ingested: SparkEvent = {
    ...envelope,
    type: 'runtime.unity.asset_ingested',
    path: 'Assets/A.fbx',
    guid: '0'.repeat(32),
    assetType: 'GameObject',
    name: 'A',
  };
  expect(writes.of([ingested]).statements).toEqual([]);
});
