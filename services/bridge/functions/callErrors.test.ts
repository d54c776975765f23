import { expect, it } from 'vitest';
import { AppError } from '../../../shared/errors/index.ts';
import { endOf } from './callErrors.ts';

const held = new AppError('cancelled', 'Cancelled before it was sent to Unity.', {
  data: { waitedFor: 'Unity to leave play mode' },
});

it('a call whose time runs out in a wait says what it waited for', () => {
  const limit = new AppError('timeout', 'Not finished within 300 s. It was stopped.', { data: { limitMs: 300_000 } });
  expect(endOf(AbortSignal.abort(limit), held)).toMatchObject({
    code: 'timeout',
    message: expect.stringContaining('waited for Unity to leave play mode') as string,
    data: { limitMs: 300_000 },
  });
  expect(endOf(AbortSignal.abort(limit), new Error('x'))).toBe(limit);
});

it('a call that the developer stops in a wait ends as stopped by the developer', () => {
  const stop = new AppError('cancelled', 'The developer cancelled this call.');
  expect(endOf(AbortSignal.abort(stop), held)).toBe(stop);
  expect(endOf(new AbortController().signal, held)).toBe(held);
});
