import { expect, it } from 'vitest';
import { sampleCall } from '../../testing/samples.ts';
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
