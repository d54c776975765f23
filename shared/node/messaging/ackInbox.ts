import { JetStreamApiError } from '@nats-io/jetstream';
import {
  createInbox,
  errors,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  type Subscription,
} from '@nats-io/nats-core';
import { z } from 'zod';
import { noAnswer, notConnected, noStream, strangeAnswer, toNatsError } from './natsError.ts';

/*
 * Publishes with a reply subject under one subscription, and gives each answer to the publish that it belongs to. The
 * client's own `publish` makes a request with promises and a timer of its own for every message: 80,000 against 14,000
 * messages a second with the same server. Here a publish is one entry of a map, and one timer watches the oldest.
 * Every entry is settled: by its answer, by its time, by a permission that the server denies, or when the connection is
 * lost, since answers do not come after that.
 */
export interface PublishAck {
  readonly stream: string;
  readonly streamSeq: number;
  /** True when the stream had this id already; `streamSeq` is the first one's. */
  readonly duplicate: boolean;
}

export interface AckInbox {
  /** Sends at once; rejects with a DependencyError, or with what the client throws for a message that it does not take. */
  readonly publish: (message: {
    readonly subject: string;
    readonly bytes: Uint8Array;
    readonly headers: MsgHdrs;
    readonly signal?: AbortSignal | undefined;
  }) => Promise<PublishAck>;
  /** The connection is gone: what waits is rejected as retryable. */
  readonly lose: (reason: string) => void;
}

interface Waiting {
  readonly subject: string;
  readonly deadline: number;
  readonly resolve: (ack: PublishAck) => void;
  readonly reject: (error: unknown) => void;
}

const answerSchema = z.union([
  z.object({ error: z.object({ code: z.number(), err_code: z.number(), description: z.string() }) }),
  z.object({ stream: z.string(), seq: z.number(), duplicate: z.boolean().optional() }),
]);
const noResponders = 503;

export function openAckInbox(options: {
  readonly connection: NatsConnection;
  readonly inboxPrefix: string;
  readonly timeoutMs: number;
}): AckInbox {
  const { connection, timeoutMs } = options;
  const inbox = createInbox(options.inboxPrefix);
  /** By the last token of the reply subject; in the order of their deadlines, since all wait equally long. */
  const waiting = new Map<string, Waiting>();
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  let subscription: Subscription | undefined;

  function take(token: string): Waiting | undefined {
    const found = waiting.get(token);
    waiting.delete(token);
    return found;
  }

  function expire(): void {
    timer = undefined;
    const now = performance.now();
    for (const [token, { deadline }] of waiting) {
      if (deadline > now) break;
      take(token)?.reject(noAnswer(timeoutMs));
    }
    watchOldest();
  }

  function watchOldest(): void {
    if (timer !== undefined) return;
    const [oldest] = waiting.values();
    if (oldest !== undefined) timer = setTimeout(expire, Math.max(1, oldest.deadline - performance.now()));
  }

  function onAnswer(error: Error | null, message: Msg): void {
    if (error !== null) {
      // The subscription itself is refused: no answer can ever come.
      subscription = undefined;
      rejectAll(toNatsError(error));
      return;
    }
    const found = take(message.subject.slice(inbox.length + 1));
    // Late: its publish was given up.
    if (found === undefined) return;
    try {
      found.resolve(toAck(message));
    } catch (refusal) {
      found.reject(refusal);
    }
  }

  function rejectAll(error: unknown): void {
    const lost = [...waiting.values()];
    waiting.clear();
    clearTimeout(timer);
    timer = undefined;
    for (const each of lost) each.reject(error);
  }

  /** The server answers a publish that the user may not make with an error of the connection. */
  async function watchPermissions(): Promise<void> {
    for await (const event of connection.status()) {
      if (event.type !== 'error' || !(event.error instanceof errors.PermissionViolationError)) continue;
      const { operation, subject } = event.error;
      if (operation !== 'publish') continue;
      for (const [token, { subject: waitsFor }] of waiting) {
        if (waitsFor === subject) take(token)?.reject(toNatsError(event.error));
      }
    }
  }
  void watchPermissions();

  return {
    publish: ({ subject, bytes, headers, signal }) =>
      new Promise((resolve, reject) => {
        subscription ??= connection.subscribe(`${inbox}.*`, { callback: onAnswer });
        count += 1;
        const token = count.toString(36);
        // Throws for what it does not take; then nothing waits.
        connection.publish(subject, bytes, { reply: `${inbox}.${token}`, headers });
        const onAbort = (): void => {
          take(token)?.reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
        };
        const settled = (): void => signal?.removeEventListener('abort', onAbort);
        signal?.addEventListener('abort', onAbort, { once: true });
        waiting.set(token, {
          subject,
          deadline: performance.now() + timeoutMs,
          resolve(ack) {
            settled();
            resolve(ack);
          },
          reject(error) {
            settled();
            reject(error instanceof Error ? error : new Error(String(error)));
          },
        });
        watchOldest();
      }),
    lose(reason) {
      rejectAll(notConnected(reason));
    },
  };
}

function toAck(message: Msg): PublishAck {
  if (message.data.length === 0 && message.headers?.code === noResponders) throw noStream();
  let answer: unknown;
  try {
    answer = message.json();
  } catch (error) {
    throw strangeAnswer(error);
  }
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw strangeAnswer(parsed.error);
  if ('error' in parsed.data) throw toNatsError(new JetStreamApiError(parsed.data.error));
  const { stream, seq, duplicate = false } = parsed.data;
  return { stream, streamSeq: seq, duplicate };
}
