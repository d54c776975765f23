import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type RefObject } from 'react';
import { fit, pan, wheelFactor, zoomAt, zoomStep, type Zoom } from './zoom.ts';

const middle = { x: 0.5, y: 0.5 };
const keyPan = 0.1;

export interface ZoomHandle {
  readonly zoom: Zoom;
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly by: (factor: number) => void;
  readonly reset: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
}

/**
 * The wheel, dragging and keys of a picture. While it fits there is nothing to drag: then `onDrag` is told where the
 * pointer is, in parts of the frame's width.
 */
export function useZoom(onDrag: (x: number) => void): ZoomHandle {
  const [zoom, setZoom] = useState(fit);
  const frame = useRef<HTMLDivElement>(null);
  const by = (factor: number): void => setZoom((now) => zoomAt(now, factor, middle));

  useEffect(() => {
    const box = frame.current;
    if (box === null) return undefined;
    // React listens passively, and then the page would scroll as well.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const { left, top, width, height } = box.getBoundingClientRect();
      const at = { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
      setZoom((now) => zoomAt(now, wheelFactor(event.deltaY), at));
    };
    box.addEventListener('wheel', onWheel, { passive: false });
    return () => box.removeEventListener('wheel', onWheel);
  }, []);

  function drag({ clientX, movementX, movementY }: PointerEvent): void {
    const box = frame.current?.getBoundingClientRect();
    if (box === undefined) return;
    if (zoom.scale === 1) onDrag((clientX - box.left) / box.width);
    else setZoom((now) => pan(now, movementX / box.width, movementY / box.height));
  }

  return {
    zoom,
    frame,
    by,
    reset: () => setZoom(fit),
    onPointerDown(event) {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      if (zoom.scale === 1) drag(event);
    },
    onPointerMove(event) {
      if (event.buttons === 1 && event.currentTarget.hasPointerCapture(event.pointerId)) drag(event);
    },
    onKeyDown(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const acts: Readonly<Record<string, () => void>> = {
        '+': () => by(zoomStep),
        '=': () => by(zoomStep),
        '-': () => by(1 / zoomStep),
        '0': () => setZoom(fit),
        ArrowLeft: () => setZoom((now) => pan(now, keyPan, 0)),
        ArrowRight: () => setZoom((now) => pan(now, -keyPan, 0)),
        ArrowUp: () => setZoom((now) => pan(now, 0, keyPan)),
        ArrowDown: () => setZoom((now) => pan(now, 0, -keyPan)),
      };
      const act = acts[event.key];
      if (act === undefined) return;
      act();
      event.preventDefault();
    },
  };
}
