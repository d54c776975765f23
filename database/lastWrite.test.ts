import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeLastWrite } from './lastWrite.ts';

const at = (lsn: bigint, timeline = 1) => Promise.resolve({ timeline, lsn });
const never = () => Promise.resolve(undefined);

test('who wrote nothing need not see anything', async () => {
  expect(await makeLastWrite().get()).toBeUndefined();
});

test('a read waits for the position that is on its way', async () => {
  const { begin, get } = makeLastWrite();
  const { promise, resolve } = Promise.withResolvers<{ timeline: number; lsn: bigint }>();
  begin()(promise);
  const asked = get();
  resolve({ timeline: 1, lsn: 7n });
  expect(await asked).toEqual({ timeline: 1, lsn: 7n });
});

test('a position that lets wait for too long is unknown, and counts when it comes after all', async () => {
  const { begin, get } = makeLastWrite({ patienceMs: 1 });
  const { promise, resolve } = Promise.withResolvers<{ timeline: number; lsn: bigint }>();
  begin()(promise);
  expect(await get()).toBe('unknown');
  resolve({ timeline: 1, lsn: 7n });
  await promise;
  expect(await get()).toEqual({ timeline: 1, lsn: 7n });
});

test.each([
  ['never comes', never],
  ['fails', () => Promise.reject(new Error('lost'))],
])('a position that %s is unknown until a later write has one', async (_what, lost) => {
  const { begin, get } = makeLastWrite();
  begin()(at(5n));
  const overlapping = begin();
  begin()(lost());
  expect(await get()).toBe('unknown');
  // It began before the lost one was over: its position may lie before that commit.
  overlapping(at(6n));
  expect(await get()).toBe('unknown');
  begin()(at(9n));
  expect(await get()).toEqual({ timeline: 1, lsn: 9n });
});

test('after a failover the position of the new timeline counts, though it may be a smaller number', async () => {
  const { begin, get } = makeLastWrite();
  const old = begin();
  begin()(at(3n, 2));
  old(at(100n, 1));
  expect(await get()).toEqual({ timeline: 2, lsn: 3n });
});

test('whatever the order in which positions come, a read is past all of them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.bigInt({ min: 1n, max: 1_000n }), { minLength: 1, maxLength: 12 }), async (lsns) => {
      const { begin, get } = makeLastWrite();
      const keep = lsns.map((lsn) => ({ lsn, take: begin() }));
      for (const { lsn, take } of keep.toReversed()) take(at(lsn));
      const highest = lsns.reduce((a, b) => (a > b ? a : b));
      expect(await get()).toEqual({ timeline: 1, lsn: highest });
    }),
  );
});
