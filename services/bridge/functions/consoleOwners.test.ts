import { expect, it } from 'vitest';
import { ownersOf } from './consoleOwners.ts';

it.each([
  ['belong to the newest call that had begun', 5, [0, 2, 4], [0, 0, 1, 1, 2]],
  ['of before the first known call are nobody’s', 4, [2], [null, null, 0, 0]],
  ['that came since several marks at one place are the last one’s', 3, [1, 1, 1], [null, 2, 2]],
  [
    'between two known places are nobody’s when one in between is lost',
    6,
    [0, null, 4],
    [null, null, null, null, 2, 2],
  ],
  ['behind the last known place are nobody’s when a later one is lost', 3, [1, null], [null, null, null]],
  ['are the later call’s when the console was cleared in between', 4, [3, 1], [null, 1, 1, 1]],
  ['are nobody’s without a call', 2, [], [null, null]],
])('lines %s', (_name, count, places, expected) => {
  expect(ownersOf(count, places)).toEqual(expected);
});
