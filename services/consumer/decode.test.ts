import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMessage, type DecodeOptions, type RawMessage } from './decode.ts';
import { telemetry } from './testing/events.ts';

const options = { retentionDays: 400 };
const nowMs = Date.now();
const now = new Date(nowMs).toISOString();
const sessionId = randomUUID();
const good = telemetry(sessionId, 7);
const raw = (over: Readonly<Record<string, unknown>> = {}, subject = good.subject): RawMessage => ({
  subject,
  data: Buffer.from(JSON.stringify({ ...good.event, ...over })),
  timeMs: nowMs,
});
/** A right event with a further field written by hand. */
const beside = (field: string): RawMessage => ({
  ...raw(),
  data: Buffer.from(JSON.stringify(good.event).replace('{', `{${field},`)),
});
const frame = (over: Readonly<Record<string, unknown>>): RawMessage =>
  raw(
    {
      type: 'preview.unity.frame',
      frameId: randomUUID(),
      sha256: 'a'.repeat(64),
      mimeType: 'image/png',
      width: 1,
      height: 1,
      sizeBytes: 1,
      captureSource: 'game_view',
      blank: false,
      ...over,
    },
    `spark.preview.unity.frame.${sessionId}`,
  );
const reasonOf = (message: RawMessage): string => {
  const result = decodeMessage(message, options);
  return result.kind === 'refused' ? result.reason : 'accepted';
};

test('a right event keeps its own bytes and gets the time of the stream', () => {
  const message = raw();
  expect(decodeMessage(message, options)).toMatchObject({
    kind: 'event',
    event: { type: 'telemetry', value: 7 },
    row: { recordedMs: nowMs, seq: 7, sessionId, payload: message.data },
  });
});

test.each([
  ['a subject without a session', raw({}, 'spark.telemetry.nobody'), 'invalid_subject'],
  ['a session that is not the subject’s', raw({ sessionId: randomUUID() }), 'subject_mismatch'],
  ['a type that is not the subject’s', raw({ type: 'usage' }), 'subject_mismatch'],
  ['a field of the wrong kind', raw({ value: 'fast' }), 'invalid_event'],
  ['an envelope without a sequence', raw({ seq: undefined }), 'invalid_envelope'],
  ['a time long past', raw({ timestamp: '2001-01-01T00:00:00.000Z' }), 'timestamp_out_of_range'],
  ['a time far ahead', raw({ timestamp: '9999-12-31T23:59:59.999Z' }), 'timestamp_out_of_range'],
  ['more bytes than an event may have', raw({ note: 'x'.repeat(300_000) }), 'too_large'],
  ['a number beyond its column', frame({ width: 2 ** 31 }), 'invalid_event'],
  ['U+0000 in a text', raw({ unit: 'a\u0000b' }), 'unstorable_text'],
  ['U+0000 in a key that no schema names', raw({ 'a\u0000b': 1 }), 'unstorable_text'],
  ['half of a surrogate pair', raw({ note: '\ud83d' }), 'unstorable_text'],
  ['a number beyond what jsonb holds', beside('"note":1e200000'), 'unstorable_number'],
  ['bytes that are not UTF-8', { ...raw(), data: Buffer.from([0x7b, 0xff, 0x7d]) }, 'invalid_utf8'],
  ['no bytes', { ...raw(), data: new Uint8Array() }, 'invalid_json'],
  ['JSON that is no object', { ...raw(), data: Buffer.from('[]') }, 'invalid_envelope'],
])('%s is refused by its reason', (_name, message, reason) => {
  expect(reasonOf(message)).toBe(reason);
});

test('an event of a newer schema is kept whole when only its own fields are strange', () => {
  expect(decodeMessage(raw({ schemaVersion: 99, value: 'fast' }), options)).toMatchObject({
    kind: 'event',
    event: null,
    row: { type: 'telemetry' },
  });
});

/** As if version 3 were this one: `speed` became `value` in 2, which 3 has in thousandths. */
const schema: DecodeOptions['schema'] = {
  version: 3,
  upgrades: {
    telemetry: [
      ({ speed, ...rest }) => ({ ...rest, value: speed }),
      ({ value, ...rest }) => {
        if (typeof value !== 'number') throw new TypeError('no number');
        return { ...rest, value: value * 1_000 };
      },
    ],
  },
};

test.each([
  ['two versions old', raw({ schemaVersion: 1, value: undefined, speed: 7 }), 7_000],
  ['one version old', raw({ schemaVersion: 2, value: 7 }), 7_000],
  ['of this version', raw({ schemaVersion: 3, value: 7 }), 7],
  ['newer and still readable', raw({ schemaVersion: 4, value: 7 }), 7],
])('an event %s goes into its table as this version has it, and its row keeps its own bytes', (_, message, value) => {
  expect(decodeMessage(message, { ...options, schema })).toMatchObject({
    kind: 'event',
    event: { value },
    row: { seq: 7, payload: message.data },
  });
});

test('an event of an older version that its upgrade cannot read is refused', () => {
  expect(decodeMessage(raw({ schemaVersion: 2, value: 'x' }), { ...options, schema })).toMatchObject({
    reason: 'invalid_event',
  });
});

test('an older event of a type that did not change needs no upgrade', () => {
  expect(decodeMessage(frame({ schemaVersion: 1 }), { ...options, schema })).toMatchObject({ event: { width: 1 } });
});

test("the seed's payload gets an id that is the same at every delivery and differs with the bytes", () => {
  const seed = (name: string): RawMessage => ({
    subject: `spark.runtime.unity.script_generated.${sessionId}`,
    data: Buffer.from(
      JSON.stringify({ type: 'script_generated', sessionId, scriptName: name, path: 'Assets/A.cs', timestamp: now }),
    ),
    timeMs: nowMs,
  });
  const idOf = (message: RawMessage): string | undefined => {
    const result = decodeMessage(message, options);
    return result.kind === 'event' ? result.row.eventId : undefined;
  };
  expect(idOf(seed('A'))).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(idOf(seed('A'))).toBe(idOf(seed('A')));
  expect(idOf(seed('A'))).not.toBe(idOf(seed('B')));
});

test('whatever the bytes and the subject, the answer is a row or a reason', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.json().map((text) => Buffer.from(text)),
      ),
      fc.oneof(fc.constant(good.subject), fc.string()),
      (data, subject) => {
        expect(['event', 'refused']).toContain(decodeMessage({ data, subject, timeMs: nowMs }, options).kind);
      },
    ),
  );
});

test('any change of one field of a right event gives a row or a reason, never an exception', () => {
  const keys = Object.keys(good.event);
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, value) => {
      expect(['event', 'refused']).toContain(decodeMessage(raw({ [key]: value }), options).kind);
    }),
  );
});
