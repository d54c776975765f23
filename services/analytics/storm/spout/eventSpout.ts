import type { StreamMessage } from '../../../../shared/node/messaging/index.ts';
import type { Spout } from '../multilang/spout.ts';
import { looksStream, type Look } from './look.ts';

export interface EventSpoutParts {
  /** The oldest message that was pulled and not taken yet. */
  readonly take: () => StreamMessage | undefined;
  readonly takeLook: () => Look | undefined;
  /** Waits a moment when there is nothing to emit, so that the sockets are read meanwhile. */
  readonly rest: () => Promise<void>;
}

/** A message whose tuples fail comes again after a second, then after twice as long, and a minute at most. */
const firstDelayMs = 1_000;
const longestDelayMs = 60_000;

/**
 * JetStream to tuples `[subject, data, timeMs]`. A message is acknowledged when Storm has worked through all that came of
 * it, and given back when that failed; it is never given up. Each delivery has an id of its own: a message that JetStream
 * delivers again meanwhile is followed for itself, and whoever counts goes by the event's id.
 */
export function makeEventSpout({ take, takeLook, rest }: EventSpoutParts): Spout {
  const underWay = new Map<string, StreamMessage>();
  function settle(id: string, how: (message: StreamMessage) => void): void {
    const message = underWay.get(id);
    underWay.delete(id);
    if (message !== undefined) how(message);
  }

  return {
    async next(emit) {
      const look = takeLook();
      if (look !== undefined) emit([look], { stream: looksStream });
      const message = take();
      if (message === undefined) {
        await rest();
        return;
      }
      const id = `${message.seq}.${message.deliveries}`;
      underWay.set(id, message);
      emit([message.subject, Buffer.from(message.data).toString('base64'), message.timeMs], { id });
    },
    ack: (id) => {
      settle(id, (message) => {
        message.ack();
      });
    },
    fail: (id) => {
      settle(id, (message) => {
        message.nak(Math.min(longestDelayMs, firstDelayMs * 2 ** (message.deliveries - 1)));
      });
    },
  };
}
