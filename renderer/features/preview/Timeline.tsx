import { useEffect, useRef } from 'react';
import type { FrameView } from '../../../shared/contracts/api/index.ts';
import { FramesContext, thumbnailKey } from './framesStore.ts';
import styles from './Preview.module.css';

export interface TimelineProps {
  /** Oldest first. */
  readonly frames: readonly FrameView[];
  readonly shownId: string;
  readonly onPick: (frameId: string) => void;
}

/** The last frames as thumbnails, oldest left. */
const shownFrames = 20;

export function Timeline({ frames, shownId, onPick }: TimelineProps) {
  if (frames.length < 2) return null;
  return (
    <ol className={styles.timeline} aria-label="Timeline of frames">
      {frames.slice(-shownFrames).map((frame, index) => (
        <li key={frame.frameId}>
          <Thumb
            frame={frame}
            label={`Frame ${index + 1}, ${new Date(frame.createdAt).toLocaleTimeString('en')}`}
            shown={frame.frameId === shownId}
            onPick={() => onPick(frame.frameId)}
          />
        </li>
      ))}
    </ol>
  );
}

interface ThumbProps {
  readonly frame: FrameView;
  readonly label: string;
  readonly shown: boolean;
  readonly onPick: () => void;
}

function Thumb({ frame, label, shown, onPick }: ThumbProps) {
  const image = FramesContext.use((state) => state.images.get(thumbnailKey(frame.frameId)));
  const { show } = FramesContext.useHandle();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (frame.kept) void show(frame.frameId, 'thumbnail');
  }, [frame, show]);
  useEffect(() => {
    if (shown) button.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [shown]);
  return (
    <button
      ref={button}
      type="button"
      className={styles.thumb}
      aria-label={`${label}${frame.blank ? ', blank' : ''}${frame.unchanged ? ', unchanged' : ''}`}
      aria-current={shown ? 'true' : undefined}
      onClick={onPick}
    >
      {image?.kind === 'ready' ? <img src={image.url} alt="" /> : null}
      {frame.blank ? <span className={styles.flag}>blank</span> : null}
      {frame.unchanged && !frame.blank ? <span className={styles.flag}>unchanged</span> : null}
      {frame.kept ? null : <span className={styles.flag}>not kept</span>}
    </button>
  );
}
