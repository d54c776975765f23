import { v7 as uuidv7 } from 'uuid';
import { subjectOf } from '../../../shared/contracts/index.ts';
import type { Random } from '../random.ts';

/**
 * What must become of a message. `row`: it is right. `dead`: a dead letter with a reason. `settled`: one of the two, as
 * PostgreSQL or JSON has it. `refused`: the stream does not take it, its publisher is told.
 */
export type Fate = 'row' | 'dead' | 'settled' | 'refused';

export interface Made {
  readonly shape: string;
  readonly fate: Fate;
  readonly subject: string;
  readonly bytes: Buffer;
  /** One of its own for each message, so that its row is found again. */
  readonly sessionId: string;
}

interface Base {
  readonly sessionId: string;
  readonly event: Readonly<Record<string, unknown>>;
  /** The event as JSON text. */
  readonly text: string;
  readonly random: Random;
}
/** Bytes on the subject of the event, or on another one. */
type Shape = (base: Base) => string | Buffer | { readonly subject: string; readonly bytes: string | Buffer };

const json = (event: object): string => JSON.stringify(event);
const changed =
  (change: Readonly<Record<string, unknown>>): Shape =>
  ({ event }) =>
    json({ ...event, ...change });
/** Puts text that JSON.stringify would never write where the value was. */
const written =
  (name: string, value: string): Shape =>
  ({ event }) =>
    json({ ...event, [name]: '@@' }).replace('"@@"', value);
/** The same with a further field, which no schema names: it is kept as it is. */
const further = (value: string): Shape => written('further', value);
const on =
  (subject: (base: Base) => string, bytes: (base: Base) => string | Buffer = ({ text }) => text): Shape =>
  (base) => ({ subject: subject(base), bytes: bytes(base) });
const call = { type: 'function_call', callId: 'call_1', name: 'readUnityScript', effect: 'read', state: 'received' };
const asCall =
  (change: object): Shape =>
  ({ event, sessionId }) => {
    const body = { ...event, ...call, ...change };
    return { subject: subjectOf({ type: 'function_call', sessionId }), bytes: json(body) };
  };
const frame = {
  frameId: uuidv7(),
  sha256: 'a'.repeat(64),
  mimeType: 'image/png',
  height: 1,
  sizeBytes: 1,
  captureSource: 'game_view',
  blank: false,
};
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const nestedObjects = (levels: number): string => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
const half: Shape = ({ text, random }) => text.slice(0, random.int(1, text.length - 1));

const good: Readonly<Record<string, Shape>> = {
  'a right event': ({ text }) => text,
  'a right call': asCall({}),
  "the seed's own payload": ({ event, sessionId }) =>
    json({ type: event['type'], sessionId, name: 'fps', value: 60, unit: 'Hz', timestamp: event['timestamp'] }),
  'an unknown type': ({ event, sessionId }) => ({
    subject: `spark.runtime.unity.scene_saved.${sessionId}`,
    bytes: json({ ...event, type: 'runtime.unity.scene_saved' }),
  }),
  'a schema from the future': changed({ schemaVersion: 99, value: { amount: 1 } }),
  'further fields of every kind': changed({ a: null, b: [1, { c: 'é' }], '': 1, 'a.b': [], emoji: '🙂' }),
  'keys of prototypes': ({ text }) =>
    text.replace('{', '{"__proto__":{"seq":-1},"constructor":{"prototype":1},"toString":"x","hasOwnProperty":1,'),
  'a type like a prototype': ({ event, sessionId }) => ({
    subject: `spark.__proto__.${sessionId}`,
    bytes: json({ ...event, type: '__proto__' }),
  }),
  'keys that come twice': ({ text }) => text.replace('{', '{"value":"x","seq":-5,"sessionId":"no","type":7,'),
  'numbers written unusually': written('seq', '1.2e1'),
  'minus zero': written('seq', '-0'),
  'the smallest and largest numbers': changed({ value: -1.7976931348623157e308, further: 5e-324 }),
  'a huge number in a further field': further('1e400'),
  'spaces and line ends': ({ event }) => ` \r\n\t${JSON.stringify(event, null, 4)}\n\n`,
  'a long further string': changed({ further: 'x'.repeat(60_000) }),
  'the id in capitals': ({ event, sessionId }) =>
    json({ ...event, sessionId, eventId: String(event['eventId']).toUpperCase() }),
};

const dead: Readonly<Record<string, Shape>> = {
  nothing: () => '',
  'no JSON': ({ random }) => random.pick(['hello', '{', '{]', '{"a":}', "{'a':1}", 'undefined', 'NaN', '\\', '"']),
  'half of an event': half,
  'something behind it': ({ text, random }) => text + random.pick(['x', '{}', ',', '\u0001']),
  'a byte order mark': ({ text }) => `\uFEFF${text}`,
  'no UTF-8': ({ text, random }) => {
    const bytes = Buffer.from(text);
    bytes[random.int(1, bytes.length - 2)] = random.pick([0xff, 0xc0, 0xf8, 0x80]);
    return bytes;
  },
  'UTF-16': ({ text }) => Buffer.from(text, 'utf16le'),
  'random bytes': ({ random }) => Buffer.from(Array.from({ length: random.int(1, 300) }, () => random.int(128, 255))),
  'JSON but no object': ({ random }) => random.pick(['[]', '""', '42', 'null', 'true', '[{}]', '-0', '1e400']),
  'an empty object': () => '{}',
  'control characters': ({ text }) => text.replace('fps', 'f\u0001\np'),
  'nul in a string': ({ text }) => text.replace('"fps"', String.raw`"f\u0000ps"`),
  'nul in a further key': ({ text }) => text.replace('{', String.raw`{"a\u0000b":1,`),
  'nul in the call': asCall({ callId: 'call\u0000', further: 'call\u0000' }),
  'half a surrogate pair': ({ text, random }) =>
    text.replace('"fps"', random.pick([String.raw`"\ud800"`, String.raw`"\udc00x"`, String.raw`"\ud83d\u0041"`])),
  infinity: written('value', '1e400'),
  'a seq that is none': ({ event, random }) =>
    written('seq', random.pick(['9223372036854775808', '-1', '1.5', '"7"', 'null', '[]', '1e300']))({ event } as Base),
  'year 0': changed({ timestamp: '0000-01-01T00:00:00.000Z' }),
  'year 9999': changed({ timestamp: '9999-12-31T23:59:59.999Z' }),
  'no time': ({ event, random }) =>
    changed({
      timestamp: random.pick(['', 'yesterday', '2026-13-45T99:99:99.999Z', '-000001-01-01T00:00:00Z', 0, null]),
    })({ event } as Base),
  'another session': changed({ sessionId: uuidv7() }),
  'another type': changed({ type: 'usage' }),
  'no session in the subject': on(() => 'spark.telemetry'),
  'no UUID in the subject': on(({ random }) => `spark.telemetry.${random.pick(['x', 'ü', '0', 'a'.repeat(64)])}`),
  'a long subject': on(({ sessionId }) => `spark.${'a'.repeat(2_000)}.${sessionId}`),
  'the longest subject that the server takes': on(({ sessionId }) => `spark.${'a'.repeat(3_998)}.${sessionId}`),
  'a future schema with a wrong envelope': changed({ schemaVersion: 99, eventId: 'x' }),
  'text where a number belongs': changed({ value: '60' }),
  'null where text belongs': changed({ unit: null }),
  'an integer that PostgreSQL does not have': ({ event, sessionId }) => ({
    subject: `spark.preview.unity.frame.${sessionId}`,
    bytes: json({ ...event, type: 'preview.unity.frame', ...frame, width: 2 ** 40 }),
  }),
};

const settled: Readonly<Record<string, Shape>> = {
  '10,000 levels of lists': further(nested(10_000)),
  '10,000 levels of objects': further(nestedObjects(10_000)),
  '100,000 levels': further(nested(100_000)),
  'an enormous number in a further field': further('1e200000'),
  'a number of 100,000 digits': further('7'.repeat(100_000)),
  'a list of 50,000': further(`[${'1,'.repeat(50_000)}1]`),
  'attributes of prototypes': written('attributes', '{"__proto__":1,"constructor":true}'),
};

/** Rare: 100,000 messages are not to fill the dead-letter stream, which has 512 MB. */
const heavy: Readonly<Record<string, Shape>> = {
  'a name that is too long': changed({ name: 'x'.repeat(100_000) }),
  'more than 256 KiB': changed({ further: 'x'.repeat(300_000) }),
};

const refused: Readonly<Record<string, Shape>> = {
  '600 KB': changed({ further: 'x'.repeat(600_000) }),
  'more than 1 MB': changed({ further: 'x'.repeat(1_100_000) }),
};

const fates: readonly (readonly [number, Fate, Readonly<Record<string, Shape>>])[] = [
  [0.45, 'row', good],
  [0.985, 'dead', dead],
  [0.988, 'dead', heavy],
  [0.998, 'settled', settled],
  [1, 'refused', refused],
];

/** Nearly half of it is right; in what order is the seed's. */
export function makeBadInput(random: Random): { readonly next: () => Made } {
  return {
    next() {
      const share = random.next();
      const [, fate, shapes] = fates.find(([below]) => share < below) ?? fates[0]!;
      const [shape, make] = random.pick(Object.entries(shapes));
      const sessionId = uuidv7();
      const event = {
        type: 'telemetry',
        name: 'fps',
        value: random.int(0, 240),
        unit: 'Hz',
        eventId: uuidv7(),
        sessionId,
        seq: random.int(0, 1_000),
        timestamp: new Date().toISOString(),
        schemaVersion: 1,
        source: { app: 'spark-chaos', version: '0.0.0', host: 'sandbox' },
      };
      const made = make({ sessionId, event, text: json(event), random });
      const { subject, bytes } =
        typeof made === 'string' || Buffer.isBuffer(made)
          ? { subject: subjectOf({ type: 'telemetry', sessionId }), bytes: made }
          : made;
      return { shape, fate, subject, bytes: Buffer.from(bytes), sessionId };
    },
  };
}
