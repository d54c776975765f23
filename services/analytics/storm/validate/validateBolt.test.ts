import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { telemetry } from '../../../consumer/testing/events.ts';
import { makeValidateBolt, type Unread } from './validateBolt.ts';

const sessionId = randomUUID();
const good = telemetry(sessionId, 7);

test('an event of a newer schema or an unknown type is neither emitted nor refused, and told with how many there were', async () => {
  const told: (readonly Unread[])[] = [];
  const bolt = makeValidateBolt({ tell: (unread) => told.push(unread) });
  const emitted: (readonly unknown[])[] = [];
  const take = (over: Readonly<Record<string, unknown>>, subject = good.subject) => {
    const data = Buffer.from(JSON.stringify({ ...good.event, ...over })).toString('base64');
    const tuple = { id: '1', task: 1, tuple: [subject, data, 1] };
    return bolt.process(tuple, (values, stream = 'default') => void emitted.push([stream, ...values]));
  };
  await take({});
  await take({ schemaVersion: 99, value: 'fast' });
  await take({ schemaVersion: 99, value: 'slow' });
  await take({ type: 'weather' }, `spark.weather.${sessionId}`);
  await take({ value: 'fast' });
  expect(emitted.map(([stream, first, second]) => [stream, stream === 'invalid' ? second : first])).toEqual([
    ['default', 'telemetry'],
    ['invalid', 'invalid_event'],
  ]);
  await bolt.tick?.();
  await bolt.tick?.();
  expect(told).toEqual([
    [
      { why: 'newer_schema', type: 'telemetry', events: 2 },
      { why: 'unknown_type', type: 'weather', events: 1 },
    ],
  ]);
});
