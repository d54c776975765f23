import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchSleep } from './sleepWatch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('notices a timer that comes far too late by the wall clock, and no other', () => {
  let wall = 0;
  let woke = 0;
  const watch = watchSleep({ wallNow: () => wall, intervalMs: 2_000, graceMs: 8_000, onWake: () => (woke += 1) });
  const pass = (ms: number): void => {
    wall += ms;
    vi.advanceTimersByTime(2_000);
  };
  pass(2_000);
  pass(9_000);
  expect(woke).toBe(0);
  pass(3_600_000);
  expect(woke).toBe(1);
  pass(2_000);
  expect(woke).toBe(1);
  watch.stop();
  pass(3_600_000);
  expect(woke).toBe(1);
});
