import { expect, it } from 'vitest';
import { capConflict } from './capConflict.ts';

const base = { changeId: '018f0000-0000-7000-8000-000000000001', path: 'Assets/A.cs', why: 'edited' };

it('a short conflict without regions is sent as it is', () => {
  const conflict = { ...base, now: 'a', wanted: 'b', regions: [] };
  expect(capConflict(conflict)).toEqual(conflict);
});

it('a side of a megabyte is cut, with its lines and what was left out', () => {
  const now = 'x\n'.repeat(500_000);
  const capped = capConflict({ ...base, now, wanted: null, regions: [] });
  expect(capped).toMatchObject({ now: null, regions: [{ line: 1, toLine: 500_000, nowCut: 996_000, wanted: '' }] });
  expect(JSON.stringify(capped).length).toBeLessThan(10_000);
});

it('many regions end with how many more there are', () => {
  const regions = Array.from({ length: 105 }, (_, index) => ({ line: index * 2 + 1, now: 'a\nb\n', wanted: 'c' }));
  const capped = capConflict({ ...base, now: 'long', wanted: 'long', regions });
  expect(capped.regions).toHaveLength(100);
  expect(capped.regions[0]).toEqual({ line: 1, toLine: 2, now: 'a\nb\n', wanted: 'c' });
  expect(capped.moreRegions).toBe(5);
});
