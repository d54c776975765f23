import { expect, it } from 'vitest';
import { idOf, sampleChange } from '../../testing/samples.ts';
import { sumOf } from './sumOf.ts';
import { undoneIds } from './undo.ts';

it('counts what stands, each file once, and neither an undo nor what it took back', () => {
  const changes = [
    sampleChange(1, { addedLines: 10 }),
    sampleChange(2, { addedLines: 5, removedLines: 2 }),
    sampleChange(3, { path: 'Assets/Scripts/Other.cs', addedLines: 7 }),
    sampleChange(4, { path: 'Assets/Scripts/Other.cs', removedLines: 7, undoesChangeId: idOf(3) }),
  ];
  expect(sumOf(changes, undoneIds(changes))).toEqual({ standing: 2, files: 1, added: 15, removed: 2 });
  expect(sumOf([], new Set())).toEqual({ standing: 0, files: 0, added: 0, removed: 0 });
});
