import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SparkEvent } from '../shared/contracts/index.ts';
import { projectEvents, type RecordedEvent } from './projections.ts';

const sessionId = randomUUID();
const at = (seq: number): string => new Date(Date.UTC(2026, 0, 1) + seq * 1_000).toISOString();
const envelope = (seq: number) => ({
  eventId: randomUUID(),
  sessionId,
  seq,
  timestamp: at(seq),
  schemaVersion: 1,
  source: { app: 'spark', version: '0.0.0', host: 'test' },
});

const call = (seq: number, state: 'received' | 'running' | 'succeeded', more: object = {}): SparkEvent => ({
  ...envelope(seq),
  type: 'function_call',
  callId: 'call_1',
  name: 'generateUnityScript',
  effect: 'write',
  state,
  ...more,
});
const buildId = randomUUID();
const story: RecordedEvent[] = [
  { ...envelope(0), type: 'session' as const, action: 'started' as const, title: 'New', model: 'm' },
  call(1, 'received', { argumentsJson: '{}' }),
  call(2, 'running'),
  { ...envelope(3), type: 'session' as const, action: 'renamed' as const, title: 'Player' },
  call(4, 'succeeded', { resultSummary: 'created', durationMs: 12 }),
  { ...envelope(5), type: 'build.unity.started' as const, buildId, target: 'linux' },
  { ...envelope(6), type: 'build.unity.progress' as const, buildId, target: 'linux', phase: 'compile', elapsedMs: 5 },
  {
    ...envelope(7),
    type: 'build.unity.completed' as const,
    buildId,
    target: 'linux',
    durationMs: 9,
    warnings: 1,
    errors: 0,
  },
  { ...envelope(8), type: 'session' as const, action: 'ended' as const, title: 'Player' },
].map((event) => ({ event, recordedAt: at(event.seq) }));

test('a story told in order becomes one row per thing, each at its latest', () => {
  const rows = projectEvents(story);
  expect(rows.spark_function_calls).toMatchObject([
    { state: 'succeeded', arguments: '{}', result_summary: 'created', received_at: at(1), finished_at: at(4), seq: 4 },
  ]);
  expect(rows.spark_build_jobs).toMatchObject([
    { state: 'completed', phase: 'completed', elapsed_ms: 9, started_at: at(5), finished_at: at(7) },
  ]);
  expect(rows.spark_sessions).toMatchObject([
    { title: 'Player', model: 'm', started_at: at(0), ended_at: at(8), started_seq: 0, ended_seq: 8 },
  ]);
});

test('any order, with any repeats, makes the same rows', () => {
  const expected = projectEvents(story);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(story, { minLength: story.length }),
      fc.array(fc.constantFrom(...story), { maxLength: 10 }),
      (shuffled, repeats) => {
        expect(projectEvents([...shuffled, ...repeats])).toEqual(expected);
      },
    ),
  );
});

test('ids that differ only in case are one row', () => {
  const upper = call(5, 'running', { sessionId: sessionId.toUpperCase() });
  const rows = projectEvents([call(4, 'received'), upper].map((event) => ({ event, recordedAt: null })));
  expect(rows.spark_function_calls).toMatchObject([{ state: 'running', session_id: sessionId }]);
});
