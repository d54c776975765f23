import { expect, it } from 'vitest';
import type { ChangeView } from '../../../../shared/contracts/index.ts';
import { changesToUndo } from './undoTo.ts';

const change = (changeId: string, undoesChangeId?: string): ChangeView => ({
  changeId,
  sessionId: 's',
  callId: null,
  path: 'Assets/Scripts/A.cs',
  kind: 'modified',
  sha256Before: null,
  sha256After: null,
  addedLines: 0,
  removedLines: 0,
  compileStatus: 'ok',
  compileErrors: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  ...(undoesChangeId === undefined ? {} : { undoesChangeId }),
});
const ids = (changes: readonly ChangeView[], to: string): string[] =>
  changesToUndo(changes, to).map(({ changeId }) => changeId);

it('takes back everything from the newest to the named change', () => {
  expect(ids([change('1'), change('2'), change('3')], '2')).toEqual(['3', '2']);
});

it('leaves alone what was undone already, with its undo', () => {
  expect(ids([change('1'), change('2'), change('u2', '2'), change('3')], '1')).toEqual(['3', '1']);
});

it('takes back the undo of a change from before the range', () => {
  expect(ids([change('1'), change('2'), change('u1', '1'), change('3')], '2')).toEqual(['3', 'u1', '2']);
});

it('counts a change whose undo was undone as made', () => {
  expect(ids([change('1'), change('u1', '1'), change('uu1', 'u1')], '1')).toEqual(['1']);
});

it('knows nothing of a change that is not there', () => {
  expect(ids([change('1')], 'x')).toEqual([]);
});
