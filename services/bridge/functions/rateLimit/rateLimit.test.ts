import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeRateLimit, type RateLimit } from './rateLimit.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-23T12:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

async function takeMany(limit: RateLimit, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await limit.take();
}

test('one call more than allowed is refused with its code, the seconds to wait, and what to do', async () => {
  const limit = makeRateLimit({ perMinute: 3, user: 'ada' });
  await takeMany(limit, 3);
  vi.advanceTimersByTime(17_500);
  await expect(limit.take()).rejects.toMatchObject({
    code: 'rate_limited',
    message: 'More than 3 function calls in a minute. Nothing was done; try again in 43 s.',
    data: { waitSeconds: 43 },
  });
});

test('after the seconds it said, calls are taken again', async () => {
  const limit = makeRateLimit({ perMinute: 2, user: 'ada' });
  await takeMany(limit, 2);
  await expect(limit.take()).rejects.toMatchObject({ data: { waitSeconds: 60 } });
  vi.advanceTimersByTime(60_000);
  await takeMany(limit, 2);
  await expect(limit.take()).rejects.toMatchObject({ code: 'rate_limited' });
});

test('a refused call does not make the wait longer', async () => {
  const limit = makeRateLimit({ perMinute: 1, user: 'ada' });
  await limit.take();
  for (let n = 0; n < 50; n++) await expect(limit.take()).rejects.toMatchObject({ code: 'rate_limited' });
  vi.advanceTimersByTime(60_000);
  await limit.take();
});

test('what a counter cannot do is not taken for a call too many', async () => {
  const broken = { consume: () => Promise.reject(new Error('out of order')), close: () => undefined };
  await expect(makeRateLimit({ perMinute: 1, user: 'ada', counter: broken }).take()).rejects.toThrow('out of order');
});
