import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makeFreshDatabase, type FreshDatabase } from '../../database/testing/freshDatabase.ts';
import { clusterOf } from '../../database/testing/stackCluster.ts';
import { findUnstorable } from './storable.ts';

let database: FreshDatabase;
beforeAll(async () => {
  const stack = inject('stack');
  database = await makeFreshDatabase(clusterOf(stack, stack.consumer));
});
afterAll(() => database.drop());

/** What PostgreSQL itself says of a text; all that is asked here is right JSON. */
async function isRefused(text: string): Promise<boolean> {
  JSON.parse(text);
  return database.query('SELECT $1::jsonb', [text]).then(
    () => false,
    () => true,
  );
}
const ours = (text: string): boolean => findUnstorable(text) !== null;

test.each([
  String.raw`{"a":"\u0000"}`,
  String.raw`{"\u0000":1}`,
  String.raw`{"a":"\\u0000"}`,
  String.raw`{"a":"\\\u0000"}`,
  String.raw`{"a":"\ud83d"}`,
  String.raw`{"a":"\ude00"}`,
  String.raw`{"a":"\uD83D\uDE00 \u00e9"}`,
  String.raw`{"a":"\ud83d\ud83d\ude00"}`,
  String.raw`{"a":"\ud83dx\ude00"}`,
  String.raw`{"a":"\ud83d\n\ude00"}`,
  String.raw`{"a":"\ud83d","b":"\ude00"}`,
  String.raw`{"a":"\ude00\ud83d"}`,
  '{"a":1e131071}',
  '{"a":1e131072}',
  '{"a":-0.1e131072}',
  '{"a":10.5e131071}',
  '{"a":0.0001E+131076}',
  '{"a":0e200000}',
  '{"a":1e-16383}',
  '{"a":1e-16384}',
  '{"a":0e-16384}',
  '{"a":1.5e-16382}',
  '{"a":1.5e-16383}',
  '{"a":[1, 1e99999]}',
  '{"a":"x: 1e999999"}',
  '{"a":"\\":1e999999","b":1}',
  `{"a":${'9'.repeat(131_072)}}`,
  `{"a":${'9'.repeat(131_073)}}`,
  `{"a":0.${'1'.repeat(16_383)}}`,
  `{"a":0.${'1'.repeat(16_384)}}`,
])('%# %.40s: what is refused here is what PostgreSQL refuses', async (text) => {
  expect(ours(text)).toBe(await isRefused(text));
});

const pieces = ['\\u0000', '\\ud83d', '\\ude00', '\\\\', 'u0000', '\\"', '\\n', 'é', ':1e99999', '\\u0041'];

test('of texts made of such pieces both refuse the same', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...pieces), { maxLength: 6 }), async (parts) => {
      const text = `{"a":"${parts.join('')}","b":"${randomUUID()}"}`;
      expect(ours(text)).toBe(await isRefused(text));
    }),
    { numRuns: 300 },
  );
});

test('of numbers near the limits both refuse the same', { timeout: 60_000 }, async () => {
  const digits = fc.string({ unit: fc.constantFrom('0', '1', '9'), minLength: 1, maxLength: 4 });
  const near = fc.constantFrom(131_072, -16_383, 0).chain((limit) => fc.integer({ min: limit - 5, max: limit + 5 }));
  await fc.assert(
    fc.asyncProperty(digits, digits, near, async (whole, fraction, power) => {
      const text = `{"a":${String(Number(whole))}.${fraction}e${power}}`;
      expect(ours(text)).toBe(await isRefused(text));
    }),
    { numRuns: 300 },
  );
});
