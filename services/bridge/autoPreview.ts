import type { CallView, ChangeView, FrameView, PushedEvent } from '../../shared/contracts/index.ts';
import type { Logger } from '../../shared/node/logging/index.ts';

/**
 * A frame after each change that compiled, when the developer has set that. It waits until the session is quiet, so that
 * several changes of one answer give one frame, and takes none where the model has taken one since.
 */
export interface AutoPreview {
  readonly onPushed: (event: PushedEvent) => void;
  readonly close: () => void;
}

export function makeAutoPreview(options: {
  readonly changes: {
    readonly get: (changeId: string) => Pick<ChangeView, 'compileStatus'> | null;
    readonly latest: (sessionId: string) => Pick<ChangeView, 'changeId'> | null;
  };
  readonly frames: { readonly list: (sessionId: string) => readonly Pick<FrameView, 'changeId'>[] };
  readonly isOn: () => boolean;
  /** Nothing runs in the session, and Unity takes calls. */
  readonly isReady: (sessionId: string) => boolean;
  readonly render: (sessionId: string) => Promise<CallView>;
  readonly logger: Logger;
  /** Between two looks; the first one gives the model time to go on by itself. */
  readonly pauseMs?: number;
}): AutoPreview {
  const { changes, frames, isOn, isReady, render, logger, pauseMs = 1_000 } = options;
  const due = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function arm(): void {
    if (timer !== undefined || due.size === 0) return;
    timer = setTimeout(look, pauseMs);
    timer.unref();
  }

  function look(): void {
    timer = undefined;
    for (const sessionId of due) {
      if (!isReady(sessionId)) continue;
      due.delete(sessionId);
      if (!isOn() || hasFrameOfNewest(sessionId)) continue;
      render(sessionId).catch((error: unknown) => {
        // The call's card says why there is no frame.
        logger.info({ err: error, sessionId }, 'no frame could be taken after a change');
      });
    }
    arm();
  }

  function hasFrameOfNewest(sessionId: string): boolean {
    const changeId = changes.latest(sessionId)?.changeId;
    return frames.list(sessionId).some((frame) => frame.changeId === changeId);
  }

  return {
    onPushed(event) {
      if (event.name !== 'call.changed' || !isOn()) return;
      const { sessionId, state, effect, changeId } = event.payload.call;
      if (state !== 'succeeded' || effect !== 'write' || changeId === null) return;
      if (changes.get(changeId)?.compileStatus === 'errors') return;
      due.add(sessionId);
      arm();
    },
    close() {
      clearTimeout(timer);
      due.clear();
    },
  };
}
