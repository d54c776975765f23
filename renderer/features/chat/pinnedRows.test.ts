import { expect, it } from 'vitest';
import { rowsOf } from './pinnedRows.ts';

const range = { startIndex: 100, endIndex: 102, overscan: 1, count: 10_000 };
const seen = [99, 100, 101, 102, 103];

it('renders what is seen, and a row that waits for the person wherever it is', () => {
  expect(rowsOf(range, { rows: [], selectedFrom: null })).toEqual(seen);
  expect(rowsOf(range, { rows: [9_999, 3, 101], selectedFrom: null })).toEqual([3, ...seen, 9_999]);
});

it('keeps a selection of text whole from its beginning to what is seen, in both directions', () => {
  expect(rowsOf(range, { rows: [], selectedFrom: 96 })).toEqual([96, 97, 98, ...seen]);
  expect(rowsOf(range, { rows: [], selectedFrom: 106 })).toEqual([...seen, 104, 105, 106]);
});

it('leaves out rows that are gone, and a selection that would bring in the whole session', () => {
  expect(rowsOf(range, { rows: [10_000, -1], selectedFrom: 9_000 })).toEqual(seen);
});
