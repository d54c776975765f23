import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { capItems } from './capped.ts';

it('keeps what fits and says how much was left out', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.integer({ min: 1, max: 200 }), (items, maxBytes) => {
      const { items: kept, cut } = capItems(items, (left) => `${left} left`, maxBytes);
      expect(kept).toEqual(items.slice(0, kept.length));
      expect(cut).toBe(kept.length === items.length ? null : `${items.length - kept.length} left`);
      if (kept.length > 1) expect(JSON.stringify(kept).length).toBeLessThanOrEqual(maxBytes * 3 + 2);
    }),
  );
});
