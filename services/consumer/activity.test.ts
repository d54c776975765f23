import { expect, test } from 'vitest';
import { watchActivity } from './activity.ts';

let clock = 0;
const at = (ms: number): void => {
  clock = ms;
};
const watched = () => watchActivity(() => clock);

test('nobody is silent who has nothing to do', () => {
  const activity = watched();
  at(1_000_000);
  expect(activity.silentMs()).toBe(0);
  activity.begin()();
  at(2_000_000);
  expect(activity.silentMs()).toBe(0);
});

test('a batch that is held and tried again is no stuck one', () => {
  at(0);
  const activity = watched();
  activity.begin();
  at(500);
  activity.sign();
  at(700);
  expect(activity.silentMs()).toBe(200);
});

test('a stuck batch is seen while the other worker goes on', () => {
  at(0);
  const activity = watched();
  const endStuck = activity.begin();
  for (let batch = 0; batch < 10; batch += 1) {
    const end = activity.begin();
    at(clock + 100);
    end();
  }
  expect(activity.silentMs()).toBe(1_000);
  endStuck();
  expect(activity.silentMs()).toBe(0);
});
