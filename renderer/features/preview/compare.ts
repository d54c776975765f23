import type { FrameView } from '../../../shared/contracts/api/index.ts';

/** The older one first; null where there are not two of them that are still kept. Pure. */
export function pairOf(
  shown: FrameView,
  other: FrameView | undefined,
): { readonly before: FrameView; readonly after: FrameView } | null {
  if (other === undefined || other.frameId === shown.frameId || !other.kept || !shown.kept) return null;
  const isOlder = other.createdAt <= shown.createdAt;
  return isOlder ? { before: other, after: shown } : { before: shown, after: other };
}

/** What a frame is compared with when nothing else was said: the last kept one of the same view before it. */
export function earlierOf(frames: readonly FrameView[], shown: FrameView): FrameView | undefined {
  const before = frames.slice(0, frames.indexOf(shown)).filter(({ kept }) => kept);
  const sameView = ({ captureSource, camera }: FrameView): boolean =>
    captureSource === shown.captureSource && camera === shown.camera;
  return before.findLast(sameView) ?? before.at(-1);
}
