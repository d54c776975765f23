import { useEffect, useRef, type KeyboardEvent, type MouseEvent } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { FrameView } from '../../../shared/contracts/api/index.ts';
import { FramesContext, thumbnailKey } from './framesStore.ts';
import styles from './Preview.module.css';

export interface TimelineProps {
  /** Oldest first. */
  readonly frames: readonly FrameView[];
  readonly shownId: string;
  /** Compared with the shown one. */
  readonly comparedId: string | null;
  readonly onPick: (frameId: string) => void;
  /** Shift and a click. */
  readonly onCompare: (frameId: string) => void;
}

/** Of `--frame-thumb` in tokens.css, and the space beside it. */
const thumbWidth = 92;

/** All frames as thumbnails, oldest left; the arrows go from one to the next. */
export function Timeline({ frames, shownId, comparedId, onPick, onCompare }: TimelineProps) {
  const scroller = useRef<HTMLOListElement>(null);
  const virtual = useVirtualizer({
    horizontal: true,
    count: frames.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => thumbWidth,
    overscan: 4,
  });
  const at = frames.findIndex(({ frameId }) => frameId === shownId);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- a new virtualizer is no news
  }, [at]);
  if (frames.length < 2) return null;

  function onKeyDown(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = frames[at + step];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    onPick(next.frameId);
    // It may not be drawn yet.
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>('[aria-current="true"]')?.focus());
  }

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the buttons in it have the focus
    <ol ref={scroller} className={styles.timeline} aria-label="Timeline of frames" onKeyDown={onKeyDown}>
      {/* Makes room for those that are not drawn. */}
      <li aria-hidden="true" className={styles.room} style={{ inlineSize: virtual.getTotalSize() }} />
      {virtual.getVirtualItems().map(({ index, start }) => {
        const frame = frames[index];
        if (frame === undefined) return null;
        const { frameId, createdAt } = frame;
        return (
          <li key={frameId} className={styles.tick} style={{ transform: `translateX(${start}px)` }}>
            <Thumb
              frame={frame}
              label={`Frame ${index + 1}, ${new Date(createdAt).toLocaleTimeString('en')}`}
              shown={frameId === shownId}
              compared={frameId === comparedId}
              onClick={(event) => (event.shiftKey ? onCompare(frameId) : onPick(frameId))}
            />
          </li>
        );
      })}
    </ol>
  );
}

interface ThumbProps {
  readonly frame: FrameView;
  readonly label: string;
  readonly shown: boolean;
  readonly compared: boolean;
  readonly onClick: (event: MouseEvent) => void;
}

function Thumb({ frame, label, shown, compared, onClick }: ThumbProps) {
  const image = FramesContext.use((state) => state.images.get(thumbnailKey(frame.frameId)));
  const { show } = FramesContext.useHandle();
  useEffect(() => {
    if (frame.kept) void show(frame.frameId, 'thumbnail');
  }, [frame, show]);
  const facts = [frame.blank && 'blank', frame.unchanged && 'unchanged', compared && 'compared'].filter(Boolean);
  const flag = compared
    ? 'compared'
    : frame.blank
      ? 'blank'
      : frame.unchanged
        ? 'unchanged'
        : frame.kept
          ? null
          : 'not kept';
  return (
    <button
      type="button"
      className={styles.thumb}
      aria-label={[label, ...facts].join(', ')}
      aria-current={shown ? 'true' : undefined}
      onClick={onClick}
    >
      {image?.kind === 'ready' ? <img src={image.url} alt="" /> : null}
      {flag === null ? null : <span className={styles.flag}>{flag}</span>}
    </button>
  );
}
