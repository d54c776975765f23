import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { eventSchemas, eventTypes, type SparkEvent } from '../../shared/contracts/index.ts';
import { compileCheck } from './schemaCheck.ts';
import { telemetry } from './testing/events.ts';

const id = randomUUID();
/** Values that are right for some field and wrong for most. */
const values: readonly unknown[] = [
  id,
  'x',
  '',
  'ünï 😀',
  'x'.repeat(600),
  '0'.repeat(64),
  '2026-11-23T10:00:00.000Z',
  '2026-11-23',
  'write',
  'running',
  'started',
  'ok',
  'game_view',
  0,
  1,
  -1,
  1.5,
  1e300,
  2 ** 31,
  2 ** 53,
  Infinity,
  NaN,
  true,
  false,
  null,
  undefined,
  [],
  {},
  { app: 'a', version: '1', host: 'h' },
  { app: 'a', version: 1, host: 'h' },
  { n: 1 },
];

/** Objects of a schema's fields, each there or not, most of them with a value of the right kind. */
function almost(type: keyof typeof eventSchemas): fc.Arbitrary<Record<string, unknown>> {
  const shape: Readonly<Record<string, z.ZodType>> = eventSchemas[type].shape;
  const fields = Object.entries(shape).map(([name, schema]) => {
    const right = [type, ...values].filter((value) => schema.safeParse(value).success);
    const either = [
      { weight: 30, arbitrary: fc.constantFrom(...right) },
      { weight: 1, arbitrary: fc.constantFrom(...values) },
    ];
    return [name, fc.oneof(...either)] as const;
  });
  return fc.record(Object.fromEntries(fields));
}

test.each(eventTypes)('what is accepted at a glance as %s is accepted by the schema', (type) => {
  const check = compileCheck<SparkEvent>(eventSchemas[type]);
  let accepted = 0;
  fc.assert(
    fc.property(almost(type), (value) => {
      if (!check(value)) return;
      accepted += 1;
      expect(eventSchemas[type].safeParse(value).error).toBeUndefined();
    }),
    { numRuns: 500 },
  );
  // Else the check would be right and of no use.
  expect(accepted).toBeGreaterThan(20);
});

test('an event as the app makes it needs no closer look', () => {
  expect(compileCheck(eventSchemas.telemetry)(telemetry(id, 7).event)).toBe(true);
});

test.each([
  ['a transformation', z.string().transform((text) => text.length)],
  ['a refinement', z.string().refine((text) => text !== 'x')],
  ['a refinement of the whole', z.looseObject({}).refine(() => false)],
  ['a default', z.string().default('y')],
  ['an object that allows no other field', z.strictObject({})],
  ['a change of the text', z.string().trim()],
])('%s is left to the schema', (_what, schema) => {
  const check = compileCheck<unknown>(schema);
  expect(['x', {}, undefined].filter(check)).toEqual([]);
});
