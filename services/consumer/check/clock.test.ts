import { expect, test } from 'vitest';
import { compareClock } from './clock.ts';

/** This machine's clock says 100 s when it asks and 103 s when the answer comes. */
const compare = (serverSeconds: number | null) => {
  const times = [100_000, 103_000];
  return compareClock(
    'NATS',
    () => Promise.resolve(serverSeconds === null ? null : serverSeconds * 1_000),
    () => times.shift() ?? Number.NaN,
  );
};

test.each([98, 100, 101.5, 103, 105])('a clock at %s s may be right, since the answer took 3 s', async (seconds) => {
  expect((await compare(seconds)).state).toBe('ok');
});

test.each([
  [105.1, '2.1 s ahead of'],
  [97.9, '2.1 s behind'],
  [3_703, '3600.0 s ahead of'],
])('a clock at %s s is wrong by what no slow answer explains', async (seconds, words) => {
  expect(await compare(seconds)).toMatchObject({ state: 'warning', found: expect.stringContaining(words) });
});

test('a server that does not tell its clock is a warning and not a right clock', async () => {
  expect((await compare(null)).state).toBe('warning');
});
