import { expect, test } from 'vitest';
import { eventSchemas, type EventType } from '../../../../shared/contracts/index.ts';
import { alertSubjectOf } from './alert.ts';
import { observationOf, type Observation } from './observation.ts';

const uuid = '0199f0a0-0000-7000-8000-000000000001';

/** What the event is to rules; the event passes its own schema first. */
function observed(type: EventType, fields: Readonly<Record<string, unknown>>): Observation | null {
  const envelope = { eventId: uuid, sessionId: uuid, seq: 1, timestamp: '2026-11-23T12:00:00.000Z', schemaVersion: 1 };
  const source = { app: 'spark', version: '0', host: 'test' };
  return observationOf(eventSchemas[type].parse({ ...envelope, source, type, ...fields }), 42);
}
const call = { callId: 'c', name: 'runUnityBuild', effect: 'build' };
const build = { buildId: uuid, target: 'Linux', durationMs: 1, warnings: 0, errors: 0 };
const usage = { responseId: 'r', provider: 'p', model: 'm', inputTokens: 1, cachedTokens: 0, outputTokens: 1 };

test('a call that ended is a success or a failure at the time of the stream', () => {
  expect(observed('function_call', { ...call, state: 'failed', durationMs: 7, userId: 'ada' })).toEqual({
    kind: 'call',
    atMs: 42,
    user: 'ada',
    name: 'runUnityBuild',
    failed: true,
    durationMs: 7,
  });
  expect(observed('function_call', { ...call, state: 'succeeded' })).toMatchObject({
    failed: false,
    durationMs: null,
    user: '(unknown)',
  });
});

test.each(['received', 'awaiting_approval', 'running', 'unsettled', 'denied', 'cancelled'])(
  'a call that is %s is neither a success nor a failure',
  (state) => {
    expect(observed('function_call', { ...call, state })).toBeNull();
  },
);

test('builds count when they ended', () => {
  expect(observed('build.unity.failed', { ...build, reason: 'x' })).toMatchObject({ target: 'Linux', failed: true });
  expect(observed('build.unity.completed', build)).toMatchObject({ kind: 'build', failed: false });
  expect(observed('build.unity.started', build)).toBeNull();
});

test('a response without a price costs nothing that is known', () => {
  expect(observed('usage', { ...usage, costMicroUsd: 12 })).toMatchObject({ kind: 'cost', model: 'm', microUsd: 12 });
  expect(observed('usage', usage)).toBeNull();
});

test('an alert is told on the subject of its rule', () => {
  expect(alertSubjectOf({ ruleId: 'builds-fail' })).toBe('alerts.spark.storm.builds-fail');
});
