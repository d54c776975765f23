import { describe, expect, it } from 'vitest';
import { rateLimitWaitMs, retryInMs } from './rateLimit.ts';

describe('the wait for a rate limit', () => {
  it.each([
    ['Rate limit reached for gpt-realtime. Please try again in 1.2s. Visit the console.', 1_200],
    ['Please try again in 250ms.', 250],
    ['Please try again in 6m0s.', 360_000],
    ['Please try again in 1h2m3s', 3_723_000],
    ['Please try again in 20 s.', 20_000],
    ['Try again in a moment.', null],
    ['Limit 200000, used 199000 in 2 minutes.', null],
    ['', null],
  ])('is read from %j', (message, ms) => {
    expect(retryInMs(message)).toBe(ms);
  });

  const exhausted = { limits: [{ name: 'tokens', remaining: 0, reset_seconds: 30 }], at: 1_000 };
  const base = { now: 11_000, attempt: 0, random: () => 0 };

  it('is what the text says before what the limits say', () => {
    expect(rateLimitWaitMs({ ...base, error: { message: 'try again in 2s' }, seen: exhausted })).toBe(2_000);
  });
  it('is the rest of the exhausted limit’s time when the text says nothing', () => {
    expect(rateLimitWaitMs({ ...base, error: {}, seen: exhausted })).toBe(20_000);
  });
  it.each([
    ['has passed', exhausted, 31_000],
    ['is now', { limits: [{ name: 'tokens', remaining: 0, reset_seconds: 0 }], at: 11_000 }, 11_000],
  ])('is not nothing when the time of the reset %s: it grows with each try', (_, seen, now) => {
    const waits = [0, 3].map((attempt) => rateLimitWaitMs({ ...base, now, attempt, error: {}, seen }));
    expect(waits[0]).toBeGreaterThan(0);
    expect(waits[1]).toBeGreaterThan(waits[0] ?? 0);
  });
  it('grows with each try when nobody says anything', () => {
    const seen = { limits: [{ name: 'tokens', remaining: 5, reset_seconds: 30 }], at: 0 };
    const waits = [0, 3].map((attempt) => rateLimitWaitMs({ ...base, attempt, error: null, seen }));
    expect(waits[0]).toBeGreaterThan(0);
    expect(waits[1]).toBeGreaterThan(waits[0] ?? 0);
  });
});
