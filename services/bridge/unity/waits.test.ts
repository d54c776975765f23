import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sizedWait } from './waits.ts';

const bounds = { firstMs: 60_000, floorMs: 20_000, ceilingMs: 180_000 };

describe('a wait', () => {
  it('is the first guess until there is enough history', () => {
    expect(sizedWait([], bounds)).toBe(60_000);
    expect(sizedWait([1, 2, 3, 4], bounds)).toBe(60_000);
  });

  it("is twice the 95th percentile of the project's own history", () => {
    const durations = Array.from({ length: 100 }, (_, index) => (index + 1) * 500);
    expect(sizedWait(durations, bounds)).toBe(2 * 47_500);
  });

  it('is not led astray by one outlier among many', () => {
    expect(sizedWait([...Array.from({ length: 99 }, () => 15_000), 3_600_000], bounds)).toBe(30_000);
  });

  it('stays between floor and ceiling whatever the history says', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), (durations) => {
        const wait = sizedWait(durations, bounds);
        expect(wait).toBeGreaterThanOrEqual(bounds.floorMs);
        expect(wait).toBeLessThanOrEqual(bounds.ceilingMs);
      }),
    );
  });
});
