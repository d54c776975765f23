import type { StreamMessage } from '../../shared/node/messaging/index.ts';

/**
 * What was received and is not settled. Batches form by themselves: a free worker takes all that waits (up to the
 * limits), so a quiet stream has no delay and a busy one has full batches. `extend` keeps everything held, waiting or
 * being written, from being delivered to someone else.
 */
export interface Inbox {
  readonly add: (message: StreamMessage) => void;
  /** The next batch; undefined once closed. */
  readonly take: () => Promise<readonly StreamMessage[] | undefined>;
  /** The message was acknowledged, or given back: it is not held any more. */
  readonly settle: (message: StreamMessage) => void;
  readonly extend: () => void;
  readonly size: () => { readonly waiting: number; readonly held: number };
  /** No more batches; gives back what waits, at once. */
  readonly close: () => void;
}

export function makeInbox(limits: { readonly maxMessages: number; readonly maxBytes: number }): Inbox {
  const waiting: StreamMessage[] = [];
  const held = new Set<StreamMessage>();
  const takers: (() => void)[] = [];
  let closed = false;

  function cut(): StreamMessage[] {
    let bytes = 0;
    let count = 0;
    for (const message of waiting) {
      bytes += message.data.byteLength;
      if (count >= limits.maxMessages || (count > 0 && bytes > limits.maxBytes)) break;
      count += 1;
    }
    return waiting.splice(0, count);
  }

  return {
    add(message) {
      if (closed) {
        message.nak();
        return;
      }
      held.add(message);
      waiting.push(message);
      takers.shift()?.();
    },
    async take() {
      // A waker may find that another taker was quicker: it waits again.
      for (;;) {
        if (closed) return undefined;
        if (waiting.length > 0) return cut();
        await new Promise<void>((resolve) => {
          takers.push(resolve);
        });
      }
    },
    settle: (message) => {
      held.delete(message);
    },
    extend() {
      for (const message of held) message.working();
    },
    size: () => ({ waiting: waiting.length, held: held.size }),
    close() {
      closed = true;
      for (const message of waiting.splice(0)) {
        held.delete(message);
        message.nak();
      }
      for (const wake of takers.splice(0)) wake();
    },
  };
}
