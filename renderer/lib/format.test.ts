import { describe, expect, it } from 'vitest';
import * as format from './format.ts';

describe('numbers as the window writes them', () => {
  it.each([
    [340, '340 ms'],
    [4_100, '4.1 s'],
    [59_999, '1 m 00 s'],
    [200_000, '3 m 20 s'],
    [3_720_000, '1 h 02 m'],
    [Number.NaN, '–'],
  ])('writes %d ms as %s', (ms, text) => expect(format.formatDuration(ms)).toBe(text));

  it.each([
    [512, '512 B'],
    [4_200, '4.2 kB'],
    [999_960, '1.0 MB'],
    [48_600_000, '48.6 MB'],
    [123_400_000_000, '123 GB'],
  ])('writes %d bytes as %s', (bytes, text) => expect(format.formatBytes(bytes)).toBe(text));

  it('says how a size changed', () => {
    expect(format.formatSizeChange(48_600_000, 47_400_000)).toBe('+1.2 MB (+2.5 %)');
    expect(format.formatSizeChange(1_000, 1_000)).toBe('no change');
  });

  it('writes small costs with more digits', () => {
    expect(format.formatCost(0)).toBe('$0.00');
    expect(format.formatCost(41_200)).toBe('$0.0412');
    expect(format.formatCost(1_500_000)).toBe('$1.50');
    expect(format.formatCost(12)).toBe('<$0.0001');
    expect(format.formatCost(1_234_500_000)).toBe('$1,234.50');
    expect(format.formatCost(987_654_321_000)).toBe('$987,654');
  });

  it('counts lines as an editor does', () => {
    expect(format.lineCountOf('')).toBe(0);
    expect(format.lineCountOf('a\nb\n')).toBe(2);
    expect(format.lineCountOf('a\nb')).toBe(2);
  });
});
