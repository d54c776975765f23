import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEdits, editsBetween, occurrences } from './edits.ts';

/** Few different lines, so that they repeat and a search is not unique by itself. */
const file = fc
  .array(fc.constantFrom('{', '}', '', '  a;', '  b;', 'c'), { minLength: 1, maxLength: 30 })
  .map((lines) => `${lines.join('\n')}\n`);

test('the edits between two texts turn the one into the other, each search occurring once', () => {
  fc.assert(
    fc.property(file, file, (before, after) => {
      const edits = editsBetween(before, after);
      expect(applyEdits(before, edits)).toBe(after);
      for (const edit of edits) expect(occurrences(before, edit.search)).toBe(1);
      if (before === after) expect(edits).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('a change of one line is a small edit', () => {
  const before = 'one\ntwo\nthree\nfour\n';
  expect(editsBetween(before, 'one\ntwo\nTHREE\nfour\n')).toEqual([{ search: 'three\n', replace: 'THREE\n' }]);
});
