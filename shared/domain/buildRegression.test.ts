import { describe, expect, it } from 'vitest';
import { regressionsOf, type JudgedBuild } from './buildRegression.ts';

const build = (nth: number, more: Partial<JudgedBuild> = {}): JudgedBuild => ({
  buildId: `b${nth}`,
  target: 'linux64',
  development: false,
  state: 'succeeded',
  startedAt: new Date(Date.UTC(2026, 10, nth + 1)).toISOString(),
  elapsedMs: 100_000,
  sizeBytes: 50_000_000,
  ...more,
});

describe('a build is worse than those before it', () => {
  it('when it is more than 5 % and 1 MB larger than the last one of its target and kind', () => {
    const builds = [build(1), build(2, { sizeBytes: 52_500_000 }), build(3, { sizeBytes: 55_200_000 })];
    expect([...regressionsOf(builds)]).toEqual([['b3', { size: { before: 52_500_000, now: 55_200_000 } }]]);
    const small = [build(1, { sizeBytes: 1_000_000 }), build(2, { sizeBytes: 1_900_000 })];
    expect(regressionsOf(small).size).toBe(0);
  });

  it('when it took half as long again as usual, and 30 s more, of at least three', () => {
    const slow = build(5, { elapsedMs: 151_000 });
    expect(regressionsOf([build(1), build(2), slow]).size).toBe(0);
    expect([...regressionsOf([slow, build(1), build(2), build(3)])]).toEqual([
      ['b5', { time: { usual: 100_000, now: 151_000 } }],
    ]);
    const quick = [1, 2, 3].map((nth) => build(nth, { elapsedMs: 10_000 }));
    expect(regressionsOf([...quick, build(5, { elapsedMs: 39_000 })]).size).toBe(0);
  });

  it('and never by what failed, another target, or the other kind', () => {
    const others = [
      build(1, { state: 'failed', sizeBytes: 1 }),
      build(2, { target: 'android', sizeBytes: 1 }),
      build(3, { development: true, sizeBytes: 1 }),
      build(4, { sizeBytes: null }),
    ];
    expect(regressionsOf([...others, build(5)]).size).toBe(0);
  });
});
