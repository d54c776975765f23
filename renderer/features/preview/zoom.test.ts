import { expect, it } from 'vitest';
import { fit, pan, wheelFactor, zoomAt } from './zoom.ts';

it('keeps what is under the pointer where it is', () => {
  const at = { x: 0.25, y: 0.75 };
  const once = zoomAt(fit, 2, at);
  expect(once).toEqual({ scale: 2, x: -0.25, y: -0.75 });
  const twice = zoomAt(once, 2, at);
  // The point of the picture that was there before: (at − offset) / scale.
  expect((at.x - twice.x) / twice.scale).toBeCloseTo((at.x - once.x) / once.scale);
});

it('never shows anything beside the picture, nor a smaller one', () => {
  expect(pan(zoomAt(fit, 2, { x: 0.5, y: 0.5 }), 5, -5)).toEqual({ scale: 2, x: 0, y: -1 });
  expect(zoomAt(zoomAt(fit, 3, { x: 1, y: 1 }), 0.01, { x: 0, y: 0 })).toEqual(fit);
  expect(zoomAt(fit, 1_000, { x: 0, y: 0 }).scale).toBe(16);
});

it('comes back where it was when the wheel turns back', () => {
  expect(wheelFactor(100) * wheelFactor(-100)).toBeCloseTo(1);
  expect(wheelFactor(100_000)).toBe(0.5);
});
