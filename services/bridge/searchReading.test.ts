import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readForSearch } from './searchReading.ts';
import { silentLogger } from './testing/testJournal.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A journal that has so many slices to read; `fails` of them fail first. */
function makeBuild(slices: number, fails = 0) {
  let left = slices;
  let failures = fails;
  const steps: number[] = [];
  const build = {
    progress: () => (left === 0 ? null : Math.floor((100 * (slices - left)) / slices)),
    step(sliceMs: number) {
      steps.push(sliceMs);
      if (failures > 0) {
        failures -= 1;
        throw new Error('the disk is full');
      }
      left -= 1;
      return left > 0;
    },
  };
  return { build, steps, left: () => left };
}

it('reads slices of a few milliseconds with the work between them, to the end', async () => {
  const { build, steps } = makeBuild(5);
  readForSearch({ build, logger: silentLogger });
  expect(steps).toEqual([]);
  await vi.advanceTimersToNextTimerAsync();
  expect(steps).toHaveLength(1);
  await vi.runAllTimersAsync();
  expect(steps).toHaveLength(5);
  expect(Math.max(...steps)).toBeLessThanOrEqual(10);
});

it('does nothing where nothing is left', async () => {
  const { build, steps } = makeBuild(0);
  readForSearch({ build, logger: silentLogger });
  await vi.runAllTimersAsync();
  expect(steps).toEqual([]);
});

it('rests after a slice that failed, and goes on', async () => {
  const { build, steps, left } = makeBuild(2, 1);
  readForSearch({ build, logger: silentLogger });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(steps).toHaveLength(1);
  await vi.runAllTimersAsync();
  expect(left()).toBe(0);
});

it('stops when the journal is closed', async () => {
  const { build, steps } = makeBuild(100);
  const { stop } = readForSearch({ build, logger: silentLogger });
  await vi.advanceTimersByTimeAsync(100);
  stop();
  const done = steps.length;
  await vi.runAllTimersAsync();
  expect(steps).toHaveLength(done);
  expect(done).toBeGreaterThan(0);
});
