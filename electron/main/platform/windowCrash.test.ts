import { expect, test } from 'vitest';
import { makeCrashPolicy } from './windowCrash.ts';

test('a window that lived is loaded again; one that crashes at once asks; one that ended well is left', () => {
  let now = 0;
  const answer = makeCrashPolicy(() => now);
  now = 60_000;
  expect(answer('crashed')).toBe('reload');
  now += 500;
  expect(answer('oom')).toBe('ask');
  now += 20_000;
  expect(answer('killed')).toBe('reload');
  now += 1;
  expect(answer('clean-exit')).toBe('ignore');
});
