import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deadLetterSubjectOf,
  decodeFrame,
  encodeFrame,
  eventSchemas,
  eventTypes,
  parseSubject,
  subjectOf,
} from './index.ts';

const sessionId = '01890a5d-ac96-774b-bcce-b302099a8057';

describe('subjects', () => {
  it('of dead letters fit into a line of NATS whatever they were, and never end with a dot', () => {
    expect(deadLetterSubjectOf(`spark.usage.${sessionId}`)).toBe(`dlq.spark.usage.${sessionId}`);
    for (const filler of ['a', 'ab.', '日本.', '🙂']) {
      const subject = deadLetterSubjectOf(`spark.${filler.repeat(2_000)}x`);
      expect(Buffer.byteLength(subject)).toBeLessThan(3_500);
      expect(subject).not.toMatch(/\.\.|\.$/);
    }
  });

  it('are read back as the type and session they were made from', () => {
    fc.assert(
      fc.property(fc.constantFrom(...eventTypes), fc.uuid(), (type, id) => {
        expect(parseSubject(subjectOf({ type, sessionId: id }))).toEqual({ kind: 'known', type, sessionId: id });
      }),
    );
  });

  it('are never built from anything but a UUID', () => {
    for (const id of ['', '*', '>', 'a.b', `${sessionId}.x`, '../x']) {
      expect(() => subjectOf({ type: 'usage', sessionId: id })).toThrow(TypeError);
    }
  });

  it('of a type from the future keep type and session', () => {
    expect(parseSubject(`spark.voice.turn.${sessionId}`)).toEqual({
      kind: 'unknown_type',
      type: 'voice.turn',
      sessionId,
    });
  });

  it('without a session id are invalid', () => {
    expect(parseSubject('spark.usage')).toEqual({ kind: 'invalid' });
    expect(parseSubject('spark.usage.me')).toEqual({ kind: 'invalid' });
  });
});

describe('events', () => {
  const envelope = {
    eventId: '01890a5d-ac96-774b-bcce-b302099a8058',
    sessionId,
    seq: 1,
    timestamp: '2026-11-23T10:00:00.000Z',
    schemaVersion: 1,
    source: { app: 'spark', version: '0.1.0', host: 'dev' },
  };

  it('accept the fields of the seed and keep fields of a newer version', () => {
    const event = {
      ...envelope,
      type: 'runtime.unity.script_generated',
      scriptName: 'PlayerController',
      path: 'Assets/Scripts/PlayerController.cs',
      later: 1,
    };
    expect(eventSchemas['runtime.unity.script_generated'].parse(event)).toEqual(event);
  });

  it('refuse another type, a negative sequence and a time without milliseconds', () => {
    const schema = eventSchemas.telemetry;
    const good = { ...envelope, type: 'telemetry', name: 'fps', value: 60, unit: 'Hz' };
    expect(schema.safeParse(good).success).toBe(true);
    for (const wrong of [
      { type: 'usage' },
      { seq: -1 },
      { timestamp: '2026-11-23T10:00:00Z' },
      { value: Number.NaN },
    ]) {
      expect(schema.safeParse({ ...good, ...wrong }).success).toBe(false);
    }
  });
});

describe('frames', () => {
  it('carry the bytes of a response beside its JSON', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(), (bytes, id) => {
        const frame = { kind: 'response', id, ok: true, output: { mimeType: 'image/png', bytes } } as const;
        expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
      }),
    );
  });

  it('carry errors and pushes as text', () => {
    const failed = {
      kind: 'response',
      id: 3,
      ok: false,
      error: { code: 'not_found', message: 'No such session.' },
    } as const;
    expect(decodeFrame(encodeFrame(failed))).toEqual(failed);
    const push = { kind: 'push', name: 'session.changed', payload: { a: 1 } } as const;
    expect(decodeFrame(encodeFrame(push))).toEqual(push);
  });

  it('that are cut or foreign are refused', () => {
    expect(() => decodeFrame('{}')).toThrow();
    expect(() => decodeFrame(new Uint8Array([0, 0, 0, 9, 1]))).toThrow();
  });
});
