import { headers as makeHeaders, type NatsConnection } from '@nats-io/nats-core';
import { openAckInbox, type AckInbox, type PublishAck } from './ackInbox.ts';
import type { NatsLink } from './connect.ts';

const messageIdHeader = 'Nats-Msg-Id';

export interface OutgoingMessage {
  readonly subject: string;
  /** NATS message id; JetStream stores a message once per id within the stream's duplicate window. */
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Stops the waiting, not the message: it may be stored all the same. */
  readonly signal?: AbortSignal;
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
  const inboxes = new WeakMap<NatsConnection, AckInbox>();
  let current: AckInbox | undefined;
  link.onStatus((status) => {
    if (status.kind === 'connected') return;
    current?.lose(status.kind === 'connecting' ? status.detail : 'it was closed');
  });

  function inboxOf(connection: NatsConnection): AckInbox {
    let inbox = inboxes.get(connection);
    if (inbox === undefined) {
      inbox = openAckInbox({ connection, inboxPrefix: link.inboxPrefix, timeoutMs });
      inboxes.set(connection, inbox);
    }
    current = inbox;
    return inbox;
  }

  return {
    publish: ({ subject, id, bytes, headers = {}, signal }) =>
      link.use((connection) => {
        signal?.throwIfAborted();
        const values = makeHeaders();
        values.set(messageIdHeader, id);
        for (const [name, value] of Object.entries(headers)) values.set(name, value);
        return inboxOf(connection).publish({ subject, bytes, headers: values, signal });
      }),
  };
}
