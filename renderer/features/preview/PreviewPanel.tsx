import { useMemo } from 'react';
import { ImageOff, RefreshCw } from 'lucide-react';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useShownKeys } from '../../lib/useShownKeys.ts';
import { WindowContext } from '../../lib/windowStore.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { SettingsContext } from '../settings/index.ts';
import { AutoPreview } from './AutoPreview.tsx';
import { earlierOf, pairOf } from './compare.ts';
import { FrameActions } from './FrameActions.tsx';
import { FrameFacts } from './FrameFacts.tsx';
import { FrameStage } from './FrameStage.tsx';
import { FramesContext } from './framesStore.ts';
import { Timeline } from './Timeline.tsx';
import { ViewChoice } from './ViewChoice.tsx';
import styles from './Preview.module.css';

/** The newest frame large, or the one that was picked; the timeline of all below. */
export function PreviewPanel() {
  const frames = OpenSessionContext.use((state) => state.frames);
  const sessionId = OpenSessionContext.use((state) => state.sessionId);
  const pickedId = WindowContext.use((state) => state.frameId);
  const rendering = FramesContext.use((state) => state.rendering);
  const error = FramesContext.use((state) => state.error);
  const comparedId = FramesContext.use((state) => state.comparedId);
  const { render, compare } = FramesContext.useHandle();
  const keyOf = useShownKeys();
  const isAuto = SettingsContext.use((state) => state.settings?.preview.auto ?? false);
  const { store } = WindowContext.useHandle();
  const sorted = useMemo(() => [...frames.values()].sort((a, b) => a.createdAt.localeCompare(b.createdAt)), [frames]);
  const shown = (pickedId === null ? undefined : frames.get(pickedId)) ?? sorted.at(-1);
  const refresh = (): void => {
    if (sessionId === null) return;
    store.setState({ frameId: null });
    compare(null);
    void render(sessionId);
  };
  const notice = error === null ? null : <Notice tone="bad">{error.message}</Notice>;

  if (shown === undefined) {
    return (
      <div className={styles.panel}>
        {notice}
        <EmptyState icon={ImageOff} title="No frames yet">
          <p>
            {isAuto
              ? 'A frame of the game view appears here after each change that compiles, or now:'
              : 'Ask “Show me the game view”, or render it now:'}
          </p>
          <div className={styles.first}>
            <Button disabled={rendering || sessionId === null} onClick={refresh}>
              {rendering ? 'Rendering…' : 'Render the game view'}
            </Button>
            <AutoPreview />
          </div>
        </EmptyState>
      </div>
    );
  }
  const pair = pairOf(shown, comparedId === null ? undefined : frames.get(comparedId));
  const earlier = earlierOf(sorted, shown);
  const large = pair?.after ?? shown;
  return (
    <div className={styles.panel}>
      {notice}
      <div className={styles.head}>
        <ViewChoice />
        <AutoPreview />
        <IconButton
          label={rendering ? 'Rendering…' : 'Render a new frame'}
          keys={keyOf('preview.render')}
          icon={RefreshCw}
          disabled={rendering}
          onClick={refresh}
        />
      </div>
      <FrameFacts frame={large} newest={shown === sorted.at(-1)} />
      <FrameStage
        frame={large}
        before={pair?.before ?? null}
        actions={
          <FrameActions
            frame={large}
            comparing={pair !== null}
            onCompare={pair !== null ? () => compare(null) : earlier && (() => compare(earlier.frameId))}
          />
        }
      />
      <Timeline
        frames={sorted}
        shownId={shown.frameId}
        comparedId={pair === null ? null : comparedId}
        onPick={(frameId) => store.setState({ frameId })}
        onCompare={compare}
      />
    </div>
  );
}
