import { setImmediate as afterWhatArrived } from 'node:timers/promises';
import type { NatsConnection, Subscription } from '@nats-io/nats-core';
import type { NatsLink } from './connect.ts';
import { toNatsError } from './natsError.ts';

export interface ListenOptions {
  /** Wildcards as NATS has them. */
  readonly subject: string;
  readonly onMessage: (message: { readonly subject: string; readonly data: Uint8Array }) => void;
  /** From now on everything is heard; called again after each time the connection was away. What was told before was not. */
  readonly onListening: () => void;
  /** This user may not listen there; it is not tried again on this connection. */
  readonly onRefused: (error: unknown) => void;
}

/** Hears what is published while there is a connection, for what may be missed. Returns what ends it. */
export function listen(link: NatsLink, options: ListenOptions): () => void {
  const { subject, onMessage, onListening, onRefused } = options;
  const asked = new WeakSet<NatsConnection>();
  let subscription: Subscription | undefined;

  async function begin(): Promise<void> {
    let refused = false;
    await link.use(async (connection) => {
      // One that was away and is back subscribes again by itself.
      if (!asked.has(connection)) {
        asked.add(connection);
        subscription = connection.subscribe(subject, {
          callback(error, message) {
            if (error === null) {
              onMessage(message);
              return;
            }
            refused = true;
            onRefused(toNatsError(error));
          },
        });
      }
      await connection.flush();
      // A refusal comes before the answer to the flush, and is heard of a moment later.
      await afterWhatArrived();
    });
    if (!refused && subscription?.isClosed() === false) onListening();
  }
  const beginSoon = (): void => {
    if (link.status().kind !== 'connected') return;
    // A connection that is lost meanwhile comes back, and this with it.
    begin().catch(() => undefined);
  };
  const unwatch = link.onStatus(beginSoon);
  beginSoon();

  return () => {
    unwatch();
    subscription?.unsubscribe();
    subscription = undefined;
  };
}
