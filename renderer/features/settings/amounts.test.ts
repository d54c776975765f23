import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetText, parseBudget, parseCount, parsePrice } from './amounts.ts';

describe('a budget as it is typed', () => {
  it.each([
    ['0.50', 500_000],
    ['$2', 2_000_000],
    [' 1,25 ', 1_250_000],
    ['.000001', 1],
    ['', null],
  ])('takes %j', (text, value) => {
    expect(parseBudget(text)).toEqual({ kind: 'ok', value });
  });

  it.each(['0', '.', ',', '-1', '1e3', '0.0000001', '1.2.3', 'ten', '1000001'])('refuses %j and says why', (text) => {
    expect(parseBudget(text)).toMatchObject({ kind: 'bad', why: expect.stringMatching(/\w+/) });
  });

  it('comes back as it was kept, to the micro-dollar', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e12 }), (microUsd) => {
        expect(parseBudget(budgetText(microUsd))).toEqual({ kind: 'ok', value: microUsd });
      }),
    );
    expect(budgetText(500_000)).toBe('0.50');
    expect(budgetText(null)).toBe('');
  });
});

it('a count is a whole number of its range', () => {
  expect(parseCount('25', 1, 200)).toEqual({ kind: 'ok', value: 25 });
  for (const text of ['0', '201', '2.5', '', 'x']) expect(parseCount(text, 1, 200).kind).toBe('bad');
});

it('a price may be nothing, and is never guessed from what is no number', () => {
  expect(parsePrice('0.06')).toEqual({ kind: 'ok', value: 0.06 });
  expect(parsePrice('0')).toEqual({ kind: 'ok', value: 0 });
  expect(parsePrice('')).toEqual({ kind: 'ok', value: undefined });
  for (const text of ['-1', '1e3', 'abc', '0x1', '1 000']) expect(parsePrice(text).kind).toBe('bad');
});
