/**
 * Where a picture stands in its frame: `scale` 1 fits, `x` and `y` are the offset of its left upper corner in parts of
 * the frame's size, so that nothing changes with the window. It never leaves the frame. Pure.
 */
export interface Zoom {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export const fit: Zoom = { scale: 1, x: 0, y: 0 };
const maxScale = 16;
/** Of one press of a key or button. */
export const zoomStep = 1.5;

const within = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
const place = (scale: number, x: number, y: number): Zoom => ({
  scale,
  x: within(x, 1 - scale, 0),
  y: within(y, 1 - scale, 0),
});

/** Larger or smaller by `factor`; what is at that point (parts of the frame) stays there. */
export function zoomAt(zoom: Zoom, factor: number, at: { readonly x: number; readonly y: number }): Zoom {
  const scale = within(zoom.scale * factor, 1, maxScale);
  const grown = scale / zoom.scale;
  return place(scale, at.x - (at.x - zoom.x) * grown, at.y - (at.y - zoom.y) * grown);
}

/** Moved by parts of the frame's size. */
export const pan = ({ scale, x, y }: Zoom, dx: number, dy: number): Zoom => place(scale, x + dx, y + dy);

/** Of one notch of a wheel, whatever unit its browser counts in. */
export const wheelFactor = (deltaY: number): number => 2 ** within(-deltaY / 240, -1, 1);
