import { useEffect, useState, type CSSProperties, type ReactNode } from 'react';
import { ZoomIn, ZoomOut, Scan } from 'lucide-react';
import type { FrameView as Frame } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { Notice } from '../../components/Notice.tsx';
import { cx } from '../../lib/cx.ts';
import { FramesContext } from './framesStore.ts';
import { useZoom } from './useZoom.ts';
import { viewNames } from './viewNames.ts';
import { zoomStep } from './zoom.ts';
import styles from './Preview.module.css';

export interface FrameStageProps {
  readonly frame: Frame;
  /** Shown left of the line; null shows one frame alone. */
  readonly before: Frame | null;
  /** What can be done with it, beside the zoom. */
  readonly actions: ReactNode;
}

/** From here on pixels are shown as they are. */
const pixelScale = 4;

/** One frame as large as the panel, or two of which a line uncovers one; its space is reserved by its size. */
export function FrameStage({ frame, before, actions }: FrameStageProps) {
  const { width, height, kept, blank } = frame;
  const [split, setSplit] = useState(50);
  const moveSplit = (x: number): void => setSplit(Math.round(Math.min(1, Math.max(0, x)) * 100));
  const { zoom, frame: box, by, reset, ...handlers } = useZoom(moveSplit);
  const isZoomed = zoom.scale > 1;
  const layers = {
    transform: `translate(${zoom.x * 100}%, ${zoom.y * 100}%) scale(${zoom.scale})`,
    '--scale': zoom.scale,
    '--split': `${split}%`,
  } as CSSProperties;

  return (
    <div className={styles.stage}>
      {kept ? null : <Notice tone="info">This frame is not kept any more. Render a new one.</Notice>}
      {blank ? (
        <Notice tone="warn">
          This frame is blank: the scene has no camera that draws, or Unity was reloading. Render again, or ask SPARK to
          add a camera.
        </Notice>
      ) : null}
      {kept ? (
        <>
          <div
            ref={box}
            className={cx(styles.canvas, isZoomed && styles.zoomed, before !== null && styles.comparing)}
            style={{ aspectRatio: `${width} / ${height}` }}
            role="group"
            aria-label="Picture: plus and minus zoom, arrows move it, 0 fits it"
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it takes keys
            tabIndex={0}
            onDoubleClick={reset}
            {...handlers}
          >
            <div className={cx(styles.layers, zoom.scale >= pixelScale && styles.pixels)} style={layers}>
              <Picture frame={frame} />
              {before === null ? null : (
                <>
                  <div className={styles.before}>
                    <Picture frame={before} />
                  </div>
                  <span className={styles.split} />
                </>
              )}
            </div>
          </div>
          {before === null ? null : (
            <label className={styles.slider}>
              before
              <input
                type="range"
                min={0}
                max={100}
                value={split}
                aria-label="Line between before and after"
                aria-valuetext={`${split} % before`}
                onChange={(event) => setSplit(Number(event.target.value))}
              />
              after
            </label>
          )}
          <div className={styles.tools}>
            {actions}
            <div className={styles.zoom} role="group" aria-label="Zoom">
              <IconButton
                label="Smaller (−)"
                icon={ZoomOut}
                side="top"
                disabled={!isZoomed}
                onClick={() => by(1 / zoomStep)}
              />
              <span className={styles.percent}>{Math.round(zoom.scale * 100)} %</span>
              <IconButton label="Larger (+)" icon={ZoomIn} side="top" onClick={() => by(zoomStep)} />
              <IconButton label="Fit (0)" icon={Scan} side="top" disabled={!isZoomed} onClick={reset} />
            </div>
          </div>
        </>
      ) : null}
    </div>
  );
}

function Picture({ frame }: { readonly frame: Frame }) {
  const { frameId, width, height, captureSource, blank } = frame;
  const image = FramesContext.use((state) => state.images.get(frameId));
  const { show } = FramesContext.useHandle();
  useEffect(() => {
    void show(frameId);
  }, [show, frameId]);
  if (image?.kind === 'failed') {
    return (
      <Notice tone="bad" actions={<Button onClick={() => void show(frameId)}>Read again</Button>}>
        {image.error.message}
      </Notice>
    );
  }
  if (image?.kind !== 'ready') return null;
  return (
    <img
      className={styles.image}
      src={image.url}
      width={width}
      height={height}
      draggable={false}
      // A frame of 4K takes a tenth of a second to decode: beside everything else, not before the next frame of the page.
      decoding="async"
      alt={`Frame of the ${viewNames[captureSource].toLowerCase()}, ${width} × ${height}${blank ? ', blank' : ''}`}
      data-testid="preview-frame"
    />
  );
}
