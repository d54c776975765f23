import type { Push } from './functions/index.ts';

/**
 * What streams into the window: the first delta of a message goes at once, those that follow within a tick of the
 * window's clock go as one. 10,000 deltas a second would else be 10,000 frames that nobody can see.
 */
export interface TextPushes {
  /** `offset`: the length of the text before this delta. */
  readonly add: (delta: {
    readonly sessionId: string;
    readonly messageId: string;
    readonly offset: number;
    readonly delta: string;
  }) => void;
  /** Sends what is held back, so that what is pushed next comes after it. */
  readonly flush: () => void;
}

/** A frame of a 60 Hz display. */
const tickMs = 16;

export function makeTextPushes({ push }: { readonly push: Push }): TextPushes {
  const held = new Map<string, { sessionId: string; messageId: string; offset: number; delta: string }>();
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    const ready = [...held.values()];
    held.clear();
    for (const payload of ready) push({ name: 'message.streamed', payload });
  }

  /** The timer runs for as long as text comes; while it runs, text is held. */
  function tick(): void {
    timer = held.size === 0 ? undefined : setTimeout(tick, tickMs).unref();
    flush();
  }

  return {
    add({ sessionId, messageId, offset, delta }) {
      if (timer === undefined) {
        push({ name: 'message.streamed', payload: { sessionId, messageId, offset, delta } });
        timer = setTimeout(tick, tickMs).unref();
        return;
      }
      const key = `${sessionId} ${messageId}`;
      const waiting = held.get(key);
      if (waiting === undefined) held.set(key, { sessionId, messageId, offset, delta });
      else waiting.delta += delta;
    },
    flush,
  };
}
