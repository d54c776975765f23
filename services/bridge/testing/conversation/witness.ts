import type { MessageView } from '../../../../shared/contracts/index.ts';
import type { BridgeProcess } from './child.ts';

/** What a window was shown, over all lives of the bridge: what was shown must be found again. */
export interface Witness {
  /** Follows a bridge from its start. */
  readonly watch: (bridge: BridgeProcess) => void;
  /** The newest view of each message that was ever shown. */
  readonly shown: ReadonlyMap<string, MessageView>;
  /** Messages that were once shown as complete, as they were then. */
  readonly complete: ReadonlyMap<string, MessageView>;
  /** How long before the last streamed piece the oldest piece beyond the first `kept` characters was streamed; 0: none. */
  readonly lostMs: (messageId: string, kept: number) => number;
  readonly streamedText: (messageId: string) => string;
  /** A new life begins: streams of the last one are over. */
  readonly newLife: () => void;
}

interface Piece {
  readonly delta: string;
  readonly endsAt: number;
  readonly atMs: number;
}

export function makeWitness(): Witness {
  const shown = new Map<string, MessageView>();
  const complete = new Map<string, MessageView>();
  const streams = new Map<string, Piece[]>();
  let lastMs = 0;

  return {
    shown,
    complete,
    watch(bridge) {
      bridge.on('message.changed', ({ message }) => {
        shown.set(message.messageId, message);
        if (message.status === 'complete') complete.set(message.messageId, message);
      });
      bridge.on('message.streamed', ({ messageId, offset, delta }, atMs) => {
        lastMs = atMs;
        streams.set(messageId, [...(streams.get(messageId) ?? []), { delta, endsAt: offset + delta.length, atMs }]);
      });
    },
    lostMs(messageId, kept) {
      const lost = streams.get(messageId)?.find(({ endsAt }) => endsAt > kept);
      return lost === undefined ? 0 : lastMs - lost.atMs;
    },
    streamedText: (messageId) => (streams.get(messageId) ?? []).map(({ delta }) => delta).join(''),
    newLife() {
      streams.clear();
      lastMs = 0;
    },
  };
}
