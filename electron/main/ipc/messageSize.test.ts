import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLargerThan } from './messageSize.ts';

const ring: Record<string, unknown> = {};
ring['self'] = [ring];

test.each([
  ['a text', 'x'.repeat(1_001)],
  ['a text deep inside', { a: [new Map([['b', { c: 'x'.repeat(1_001) }]])] }],
  ['many texts', Array.from({ length: 100 }, () => 'x'.repeat(20))],
  ['a key', { ['k'.repeat(1_001)]: 1 }],
  ['many keys', Object.fromEntries(Array.from({ length: 500 }, (_, at) => [at, 0]))],
  ['a long array of nothing', Array.from({ length: 1_000 })],
  ['a set', new Set(Array.from({ length: 1_000 }, (_, at) => at))],
  ['bytes', new Uint8Array(1_001)],
  ['a buffer', { bytes: new ArrayBuffer(1_001) }],
])('%s above the limit is found', (_what, value) => {
  expect(isLargerThan(value, 1_000)).toBe(true);
});

test.each([[null], [undefined], [1n], ['x'.repeat(900)], [ring], [{ sessionId: 'x', list: [1, 2, { a: true }] }]])(
  'a small value fits (%#)',
  (value) => {
    expect(isLargerThan(value, 1_000)).toBe(false);
  },
);

test('nesting of any depth is looked through', () => {
  let deep: unknown = 'end';
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  expect(isLargerThan(deep, 10_000_000)).toBe(false);
  expect(isLargerThan(deep, 1_000)).toBe(true);
});

test('what JSON needs more bytes for than the limit is never taken for small', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 200 }), (value, limit) => {
      const ascii = JSON.stringify(value).replaceAll(/[^\x20-\x7e]/g, '').length;
      // Each of JSON's own signs and digits is counted as part of a value of at least eight.
      if (!isLargerThan(value, limit)) expect(ascii).toBeLessThanOrEqual(limit * 6);
    }),
  );
});
