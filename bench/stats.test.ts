import { array, assert, double, property } from 'fast-check';
import { expect, test } from 'vitest';
import { median, percentile, summarize } from './stats.ts';

const values = array(double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });

test('percentiles interpolate between neighbours', () => {
  expect(percentile([10, 20, 30, 40], 0.5)).toBe(25);
  expect(percentile([10, 20, 30, 40], 0)).toBe(10);
  expect(percentile([10, 20, 30, 40], 1)).toBe(40);
  expect(median([7])).toBe(7);
});

test('the order of the values does not matter, and the values stay as they are', () => {
  const given = [3, 1, 2];
  expect(summarize(given)).toEqual(summarize([1, 2, 3]));
  expect(given).toEqual([3, 1, 2]);
});

test('percentiles rise, lie among the values, and the spread is never negative', () => {
  assert(
    property(values, (measured) => {
      const { p50, p95, p99, spread, samples } = summarize(measured);
      expect(p50).toBeLessThanOrEqual(p95);
      expect(p95).toBeLessThanOrEqual(p99);
      expect(p99).toBeLessThanOrEqual(Math.max(...measured));
      expect(p50).toBeGreaterThanOrEqual(Math.min(...measured));
      expect(spread).toBeGreaterThanOrEqual(0);
      expect(samples).toBe(measured.length);
    }),
  );
});

test('no values and impossible fractions are refused', () => {
  expect(() => percentile([], 0.5)).toThrow(RangeError);
  expect(() => percentile([1], 1.5)).toThrow(RangeError);
  expect(() => percentile([1], Number.NaN)).toThrow(RangeError);
});
