import { expect, test } from 'vitest';
import { countChangedLines } from './lineDiff.ts';

const lines = (count: number, of: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => of(at)).join('\n');

test('edits here and there in a large file are counted exactly', () => {
  const before = lines(20_000, (at) => `line ${at}`);
  const after = before.replace('line 100\n', 'line 100 changed\nand one more\n').replace('line 15000\n', '');
  expect(countChangedLines(before, after)).toEqual({ addedLines: 2, removedLines: 2 });
});

test('a large file that was written anew is counted by its lines, never as if all of it had changed', () => {
  const before = lines(20_000, (at) => `a ${(at * 7_919) % 20_000}`);
  const after = `${lines(20_000, (at) => `a ${(at * 104_729) % 20_000}`)}\nnew`;
  const { addedLines, removedLines } = countChangedLines(before, after);
  expect(addedLines - removedLines).toBe(1);
});

test('a new file counts its lines', () => {
  expect(countChangedLines(null, 'a\nb\n')).toEqual({ addedLines: 2, removedLines: 0 });
});
