import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { decodeMessage } from '../../../consumer/decode.ts';
import { telemetry } from '../../../consumer/testing/events.ts';
import { decodeEvent } from './decodeEvent.ts';

const nowMs = Date.now();
const sessionId = randomUUID();
const good = telemetry(sessionId, 7);
const raw = (over: Readonly<Record<string, unknown>> = {}, subject = good.subject) => ({
  subject,
  data: Buffer.from(JSON.stringify({ ...good.event, ...over })),
});
const seed = {
  subject: `spark.runtime.unity.script_generated.${sessionId}`,
  data: Buffer.from(
    JSON.stringify({
      type: 'script_generated',
      sessionId,
      scriptName: 'A',
      path: 'Assets/A.cs',
      timestamp: new Date(nowMs).toISOString(),
    }),
  ),
};

test.each([
  ['a right event', raw(), 'event'],
  ['a field that no schema names', raw({ more: 1 }), 'event'],
  ['a newer schema that cannot be read', raw({ schemaVersion: 99, value: 'fast' }), 'kept'],
  ['a type that is not known', raw({ type: 'weather' }, `spark.weather.${sessionId}`), 'kept'],
  ["the seed's payload without an id", seed, 'kept'],
  ['a subject without a session', raw({}, 'spark.telemetry.nobody'), 'invalid_subject'],
  ["a session that is not the subject's", raw({ sessionId: randomUUID() }), 'subject_mismatch'],
  ["a type that is not the subject's", raw({ type: 'usage' }), 'subject_mismatch'],
  ['a field of the wrong kind', raw({ value: 'fast' }), 'invalid_event'],
  ['an envelope without a sequence', raw({ seq: undefined }), 'invalid_envelope'],
  ['no session at all', raw({ sessionId: undefined }), 'invalid_envelope'],
  ['more bytes than an event may have', raw({ note: 'x'.repeat(300_000) }), 'too_large'],
  ['bytes that are not UTF-8', { ...raw(), data: Buffer.from([0x7b, 0xff, 0x7d]) }, 'invalid_utf8'],
  ['no bytes', { ...raw(), data: Buffer.alloc(0) }, 'invalid_json'],
])('%s is judged as the consumer judges it', (_name, message, expected) => {
  const verdict = decodeEvent(message);
  expect(verdict.kind === 'refused' ? verdict.reason : verdict.kind).toBe(expected);

  const stored = decodeMessage({ ...message, timeMs: nowMs }, { retentionDays: 400 });
  expect(stored.kind === 'refused' ? stored.reason : 'stored').toBe(
    verdict.kind === 'refused' ? verdict.reason : 'stored',
  );
});
