import { expect, it } from 'vitest';
import type { ApprovalView } from '../../../shared/contracts/api/index.ts';
import { sampleCall, sampleChange } from '../../testing/samples.ts';
import { callLine } from './callLine.ts';

const denied = (data?: Record<string, unknown>) =>
  callLine(
    sampleCall(1, {
      state: 'denied',
      error: { code: 'denied', message: 'The developer denied this.', ...(data === undefined ? {} : { data }) },
    }),
    undefined,
  ).detail;

it('a denied call says what the person said, not what the model is told', () => {
  expect(denied({ reason: ' use a NavMesh ' })).toBe('by you: use a NavMesh');
  expect(denied({ reason: '' })).toBe('by you, without a reason');
  // One that a setting denied, and one of an earlier version.
  expect(denied()).toBe('The developer denied this.');
});

it('a write that nobody was asked about says why', () => {
  const approval: Extract<ApprovalView, { kind: 'write' }> = {
    kind: 'write',
    path: 'Assets/Scripts/Door.cs',
    before: null,
    after: 'class Door { }',
    addedLines: 1,
    removedLines: 0,
    reason: '',
    warnings: [],
    rememberFolder: 'Assets/Scripts',
  };
  const lineOf = (more: { readonly always?: true }) =>
    callLine(sampleCall(1, { state: 'succeeded', approval: { ...approval, ...more } }), sampleChange(1)).detail;
  expect(lineOf({ always: true })).toContain('always allowed here');
  expect(lineOf({})).not.toContain('always');
});
