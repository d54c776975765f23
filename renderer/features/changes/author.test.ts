import { expect, it } from 'vitest';
import type { ApprovalView } from '../../../shared/contracts/api/index.ts';
import { idOf, sampleCall, sampleChange } from '../../testing/samples.ts';
import { authorOf } from './author.ts';

const change = sampleChange(1);
const approval: Extract<ApprovalView, { kind: 'write' }> = {
  kind: 'write',
  path: change.path,
  before: null,
  after: 'class Player { }\n',
  addedLines: 1,
  removedLines: 0,
  reason: '',
  warnings: [],
  rememberFolder: null,
  author: 'claude-sonnet-5-5',
};
const call = sampleCall(1, { approval });

it('a change names the model that wrote it, and the person who edited it before approving', () => {
  expect(authorOf(change, call, 'class Player { int mine; }\n')).toBe('By claude-sonnet-5-5, edited by you');
  expect(authorOf(change, call, '\uFEFFclass Player { }\r\n')).toBe('By claude-sonnet-5-5');
  expect(authorOf(change, call, null)).toBe('By claude-sonnet-5-5');
  expect(authorOf(change, undefined, 'anything')).toBe('By SPARK');
  const { before, after, addedLines, removedLines } = approval;
  const files = [{ path: change.path, before, after, addedLines, removedLines, warnings: [] }];
  const many = sampleCall(1, { approval: { kind: 'write_many', files, reason: '', warnings: [] } });
  expect(authorOf(change, many, 'class Other { }')).toBe('By SPARK, edited by you');
  expect(authorOf(sampleChange(2, { undoesChangeId: idOf(1) }), call, null)).toBe('Undone by you');
});
