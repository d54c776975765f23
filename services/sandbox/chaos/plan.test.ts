import { expect, test } from 'vitest';
import { faultKinds } from './faults/index.ts';
import { planRounds, toWords } from './plan.ts';

const words = (seed: number): string[] => [...planRounds({ seed, rounds: 60 })].map(toWords);

test('the same seed makes the same choices, another one makes others', () => {
  expect(words(7)).toEqual(words(7));
  expect(words(7)).not.toEqual(words(8));
});

test('every kind comes, and no round takes hold of one part twice', () => {
  const rounds = [...planRounds({ seed: 3, rounds: 2 * faultKinds.length })];
  const kinds = rounds.flatMap(({ faults }) => faults.map(({ kind }) => kind));
  expect(new Set(kinds)).toEqual(new Set(faultKinds));
  for (const { faults } of rounds) {
    const parts = faults.flatMap(({ holds }) => [...new Set(holds)]);
    expect(new Set(parts).size).toBe(parts.length);
  }
});

test('a fault that is not known is refused by name', () => {
  expect(() => [...planRounds({ seed: 1, rounds: 1, kinds: ['earthquake'] })]).toThrow('earthquake');
});
