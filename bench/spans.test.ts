import { expect, test } from 'vitest';
import { coveredMs, pausesBetween } from './spans.ts';

const span = (startMs: number, endMs: number) => ({ what: 'x', startMs, endMs });

test('what overlaps is counted once, and only inside the window', () => {
  const spans = [span(5, 15), span(0, 10), span(12, 13), span(20, 30)];
  expect(coveredMs(spans, { startMs: 0, endMs: 100 })).toBe(25);
  expect(coveredMs(spans, { startMs: 8, endMs: 22 })).toBe(9);
  expect(coveredMs([], { startMs: 0, endMs: 1 })).toBe(0);
  expect(coveredMs([span(50, 60)], { startMs: 0, endMs: 10 })).toBe(0);
});

test('pauses lie between the end of one span and the start of the next', () => {
  expect(pausesBetween([span(10, 12), span(0, 4), span(11, 20)])).toEqual([{ what: 'pause', startMs: 4, endMs: 10 }]);
  expect(pausesBetween([span(0, 1)])).toEqual([]);
});
