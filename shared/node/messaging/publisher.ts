import { jetstream } from '@nats-io/jetstream';
import { headers as makeHeaders, type MsgHdrs } from '@nats-io/nats-core';
import type { NatsLink } from './connect.ts';

export interface OutgoingMessage {
  readonly subject: string;
  /** NATS message id; JetStream stores a message once per id within the stream's duplicate window. */
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Stops the waiting, not the message: it may be stored all the same. */
  readonly signal?: AbortSignal;
}

export interface PublishAck {
  readonly stream: string;
  readonly streamSeq: number;
  /** True when the stream had this id already; `streamSeq` is the first one's. */
  readonly duplicate: boolean;
}

export interface JetStreamPublisher {
  /**
   * Resolves on JetStream's acknowledgement, so the message is on disk. Call it many times without awaiting: the
   * acknowledgements share one inbox. Rejects with `nats_unavailable` or `nats_rejected`.
   */
  readonly publish: (message: OutgoingMessage) => Promise<PublishAck>;
}

export function makeJetStreamPublisher(
  link: NatsLink,
  options: { readonly timeoutMs?: number } = {},
): JetStreamPublisher {
  const { timeoutMs = 5_000 } = options;
  return {
    publish: ({ subject, id, bytes, headers, signal }) =>
      link.use(async (connection) => {
        signal?.throwIfAborted();
        const sent = jetstream(connection).publish(subject, bytes, {
          msgID: id,
          timeout: timeoutMs,
          ...(headers === undefined ? {} : { headers: toHeaders(headers) }),
        });
        const ack = await (signal === undefined ? sent : orAborted(sent, signal));
        return { stream: ack.stream, streamSeq: ack.seq, duplicate: ack.duplicate };
      }),
  };
}

function toHeaders(values: Readonly<Record<string, string>>): MsgHdrs {
  const result = makeHeaders();
  for (const [name, value] of Object.entries(values)) result.set(name, value);
  return result;
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}
