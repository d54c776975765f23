import type { StreamMessage } from '../../shared/node/messaging/index.ts';

/**
 * What was received and is not settled. Batches form by themselves: a free worker takes all that waits (up to the
 * limits), so a quiet stream has no delay and a busy one has full batches. `extend` keeps everything held, waiting or
 * being written, from being delivered to someone else.
 */
export interface Inbox {
  readonly add: (message: StreamMessage) => void;
  /** The next batch; undefined once closed. */
  readonly take: () => Promise<Batch | undefined>;
  readonly extend: () => void;
  readonly size: () => { readonly waiting: number; readonly taken: number };
  /** No more batches; gives back what waits, at once. */
  readonly close: () => void;
}

export interface Batch {
  readonly messages: readonly StreamMessage[];
  /** All its messages are settled: they are not held any more. */
  readonly done: () => void;
}

export function makeInbox(limits: { readonly maxMessages: number; readonly maxBytes: number }): Inbox {
  let waiting: StreamMessage[] = [];
  /** Whole batches and not single messages: a set of messages cost 4 % of the time per event. */
  const taken = new Set<readonly StreamMessage[]>();
  const takers: (() => void)[] = [];
  let closed = false;

  function cut(): Batch {
    let bytes = 0;
    let count = 0;
    for (const message of waiting) {
      bytes += message.data.byteLength;
      if (count >= limits.maxMessages || (count > 0 && bytes > limits.maxBytes)) break;
      count += 1;
    }
    const messages = waiting.slice(0, count);
    waiting = waiting.slice(count);
    taken.add(messages);
    return {
      messages,
      done: () => {
        taken.delete(messages);
      },
    };
  }

  return {
    add(message) {
      if (closed) {
        message.nak();
        return;
      }
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
    extend() {
      // Nothing happens to those that are settled already.
      for (const messages of [waiting, ...taken]) for (const message of messages) message.working();
    },
    size: () => ({
      waiting: waiting.length,
      taken: [...taken].reduce((sum, messages) => sum + messages.length, 0),
    }),
    close() {
      closed = true;
      for (const message of waiting.splice(0)) message.nak();
      for (const wake of takers.splice(0)) wake();
    },
  };
}
