import { useEffect } from 'react';
import type { FrameView as Frame } from '../../../shared/contracts/api/index.ts';
import { Notice } from '../../components/Notice.tsx';
import { FramesContext } from './framesStore.ts';
import { viewNames } from './viewNames.ts';
import styles from './Preview.module.css';

/** One frame as large as the panel; its space is reserved by its size before the image is there. */
export function FrameView({ frame }: { readonly frame: Frame }) {
  const { frameId, width, height, kept, blank, captureSource } = frame;
  const image = FramesContext.use((state) => state.images.get(frameId));
  const { show } = FramesContext.useHandle();
  useEffect(() => {
    if (kept) void show(frameId);
  }, [kept, show, frameId]);
  const view = viewNames[captureSource].toLowerCase();
  return (
    <div className={styles.stage}>
      {kept ? null : <Notice tone="info">This frame is not kept any more. Render a new one.</Notice>}
      {image?.kind === 'failed' ? <Notice tone="bad">{image.error.message}</Notice> : null}
      {blank ? (
        <Notice tone="warn">
          This frame is blank: the scene has no camera that draws, or Unity was reloading. Render again, or ask SPARK to
          add a camera.
        </Notice>
      ) : null}
      {kept && image?.kind !== 'failed' ? (
        <div className={styles.canvas} style={{ aspectRatio: `${width} / ${height}` }}>
          {image?.kind === 'ready' ? (
            <img
              className={styles.image}
              src={image.url}
              width={width}
              height={height}
              alt={`Frame of the ${view}, ${width} × ${height}${blank ? ', blank' : ''}`}
              data-testid="preview-frame"
            />
          ) : null}
        </div>
      ) : null}
    </div>
  );
}
