import { jetstream, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import type { Subscription } from '@nats-io/nats-core';
import { durableName, streamName } from '../../contracts/index.ts';
import { waitMs } from '../lifecycle/backoff.ts';
import type { NatsLink } from './connect.ts';
import { toNatsError } from './natsError.ts';

/** A message of the stream in the hands of a durable consumer, until one of ack, nak or term. */
export interface StreamMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** Its sequence in the stream. */
  readonly seq: number;
  /** The stream's own timestamp, ISO 8601 with milliseconds; the same on redelivery. */
  readonly timestamp: string;
  /** 1 the first time. */
  readonly deliveries: number;
  readonly redelivered: boolean;
  readonly header: (name: string) => string | undefined;
  /** Every header with each of its values, in their order. */
  readonly headers: () => readonly (readonly [name: string, value: string])[];
  /** Done; call it after the commit. */
  readonly ack: () => void;
  /** Not now: deliver it again after `delayMs`. */
  readonly nak: (delayMs?: number) => void;
  /** Still at it: restarts the time in which it must be acknowledged. */
  readonly working: () => void;
  /** Never deliver it again. */
  readonly term: (reason: string) => void;
}

export interface Pull {
  /** Settles when the messages end: resolved when stopped, rejected when the stream, durable or connection is gone. */
  readonly ended: Promise<void>;
  /** Asks for no more; what was handed over stays with the receiver. */
  readonly stop: () => Promise<void>;
}

/**
 * Pulls from the durable of `SPARK` without pause and hands over each message as it arrives. What is handed over and
 * not settled is bounded by the durable's `max_ack_pending`. Rejects with a DependencyError when it cannot start.
 */
export function pullMessages(
  link: NatsLink,
  options: { readonly maxMessages: number; readonly onMessage: (message: StreamMessage) => void },
): Promise<Pull> {
  return link.use(async (connection) => {
    const consumer = await jetstream(connection).consumers.get(streamName, durableName);
    const messages = await consumer.consume({
      max_messages: options.maxMessages,
      expires: 10_000,
      // A deleted stream or durable ends the pull, so that the caller can make it again.
      abort_on_missing_resource: true,
    });
    return {
      ended: drain(messages, options.onMessage).catch((error: unknown) => {
        throw toNatsError(error);
      }),
      stop: async () => {
        await endSubscription(messages);
        await messages.close();
      },
    };
  });
}

async function drain(messages: ConsumerMessages, onMessage: (message: StreamMessage) => void): Promise<void> {
  for await (const message of messages) onMessage(toStreamMessage(message));
}

/**
 * Ends the delivery and waits for what the server had sent until then, so that it can be given back. `close()` alone
 * drops those messages unseen, and nobody gets them before the acknowledgement wait is over. The client waits for its
 * connection's drain in the same way, but gives no door to the drain of one pull.
 */
async function endSubscription(messages: ConsumerMessages): Promise<void> {
  const subscription: unknown = Reflect.get(messages, 'sub');
  if (!isDrainable(subscription)) return;
  const enough = new AbortController();
  // No answer comes over a connection that is away: there is nothing to wait for then.
  await Promise.race([subscription.drain().catch(() => undefined), waitMs(2_000, enough.signal)]);
  enough.abort();
}

const isDrainable = (value: unknown): value is Pick<Subscription, 'drain'> =>
  typeof value === 'object' && value !== null && 'drain' in value && typeof value.drain === 'function';

function toStreamMessage(message: JsMsg): StreamMessage {
  const { subject, data, seq, redelivered } = message;
  return {
    subject,
    data,
    seq,
    redelivered,
    deliveries: message.info.deliveryCount,
    timestamp: message.timestamp,
    header: (name) => (message.headers?.has(name) === true ? message.headers.get(name) : undefined),
    headers: () => {
      const { headers } = message;
      return (headers?.keys() ?? []).flatMap((name) =>
        (headers?.values(name) ?? []).map((value) => [name, value] as const),
      );
    },
    ack: () => {
      message.ack();
    },
    nak: (delayMs) => {
      message.nak(delayMs);
    },
    working: () => {
      message.working();
    },
    term: (reason) => {
      message.term(reason);
    },
  };
}
