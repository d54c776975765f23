import { expect, it } from 'vitest';
import { sampleFrame } from '../../testing/samples.ts';
import { earlierOf, pairOf } from './compare.ts';

it('the older frame of two is the one before, whichever was chosen first', () => {
  const [a, b] = [sampleFrame(1), sampleFrame(2)];
  expect(pairOf(b, a)).toEqual({ before: a, after: b });
  expect(pairOf(a, b)).toEqual({ before: a, after: b });
  expect([pairOf(a, a), pairOf(a, undefined), pairOf(a, { ...b, kept: false })]).toEqual([null, null, null]);
});

it('a frame is compared with the last one of its view, or else with the last one', () => {
  const frames = [
    sampleFrame(1),
    sampleFrame(2, { kept: false }),
    sampleFrame(3, { captureSource: 'scene_view', camera: null }),
    sampleFrame(4),
  ];
  const [first, , other, last] = frames;
  if (first === undefined || other === undefined || last === undefined) throw new Error('four frames');
  expect(earlierOf(frames, last)).toBe(first);
  expect(earlierOf(frames, other)).toBe(first);
  expect(earlierOf(frames, first)).toBeUndefined();
});
