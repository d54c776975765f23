import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { createInbox, headers } from '@nats-io/nats-core';
import { durableName, streamName } from '../../../contracts/index.ts';
import type { NatsLink } from '../connect.ts';

/** How the benchmarks fill, hold and empty stream `SPARK`, and how a consumer without our code reads it. */
export interface BenchStream {
  /** Stores all of them, many on their way at once; resolves when the last one is acknowledged. Rejects on a refusal. */
  readonly fill: (messages: readonly FillMessage[]) => Promise<void>;
  /** Removes every message. Durables stay and have nothing left to do. */
  readonly purge: () => Promise<void>;
  /** The service's durable delivers nothing until `release`: consumers can start before the work does. */
  readonly hold: () => Promise<void>;
  readonly release: () => Promise<void>;
  /** What a durable has still to deliver or to hear of. */
  readonly lagOf: (durable: string) => Promise<number>;
  /** Makes a durable anew: explicit acknowledgement, from the first message on. `push`: it delivers to a queue group. */
  readonly makeDurable: (name: string, maxAckPending: number, push?: { readonly queue: string }) => Promise<void>;
  readonly dropDurable: (name: string) => Promise<void>;
  /** One pull of up to `count` messages, as `fetch` does it. */
  readonly fetch: (durable: string, count: number) => Promise<FetchedMessage[]>;
}

export interface FillMessage {
  readonly subject: string;
  readonly id: string;
  readonly bytes: Uint8Array;
}

export interface FetchedMessage {
  readonly bytes: Uint8Array;
  readonly timestamp: string;
  readonly ack: () => void;
}

interface PublishReply {
  readonly duplicate?: boolean;
  readonly error?: { readonly description: string };
}

/** Publishes without an acknowledgement yet; more of them only fill the server's buffers. */
const inFlight = 4_000;

export function openBenchStream(link: NatsLink): Promise<BenchStream> {
  return link.use(async (connection) => {
    const manager = await jetstreamManager(connection);
    const client = jetstream(connection);
    return {
      async fill(messages) {
        // One inbox for all acknowledgements: a promise for each publish is six times slower.
        const inbox = createInbox();
        const settled = Promise.withResolvers<void>();
        let acknowledged = 0;
        let wake: () => void = () => undefined;
        const subscription = connection.subscribe(inbox, {
          callback: (error, reply) => {
            const answer = error === null ? reply.json<PublishReply>() : undefined;
            const refused = answer?.duplicate === true ? 'it has this id already' : answer?.error?.description;
            if (error !== null) settled.reject(error);
            else if (refused !== undefined) settled.reject(new Error(`The stream did not take a message: ${refused}.`));
            acknowledged += 1;
            if (acknowledged === messages.length) settled.resolve();
            wake();
          },
        });
        if (messages.length === 0) settled.resolve();
        try {
          for (const [sent, { subject, id, bytes }] of messages.entries()) {
            if (sent - acknowledged >= inFlight) {
              const room = new Promise<void>((resolve) => {
                wake = resolve;
              });
              await Promise.race([room, settled.promise]);
            }
            const head = headers();
            head.set('Nats-Msg-Id', id);
            connection.publish(subject, bytes, { reply: inbox, headers: head });
          }
          await settled.promise;
        } finally {
          subscription.unsubscribe();
        }
      },
      purge: async () => void (await manager.streams.purge(streamName)),
      hold: async () => {
        await manager.consumers.pause(streamName, durableName, new Date(Date.now() + 10 * 60_000));
      },
      release: async () => void (await manager.consumers.resume(streamName, durableName)),
      async lagOf(durable) {
        const { num_pending: pending, num_ack_pending: unacknowledged } = await manager.consumers.info(
          streamName,
          durable,
        );
        return pending + unacknowledged;
      },
      async makeDurable(name, maxAckPending, push) {
        await manager.consumers.delete(streamName, name).catch(() => undefined);
        await manager.consumers.add(streamName, {
          durable_name: name,
          ack_policy: AckPolicy.Explicit,
          max_ack_pending: maxAckPending,
          ...(push === undefined ? {} : { deliver_subject: createInbox(), deliver_group: push.queue }),
        });
      },
      dropDurable: async (name) => void (await manager.consumers.delete(streamName, name).catch(() => false)),
      async fetch(durable, count) {
        const consumer = await client.consumers.get(streamName, durable);
        const fetched: FetchedMessage[] = [];
        for await (const message of await consumer.fetch({ max_messages: count, expires: 1_000 })) {
          fetched.push({ bytes: message.data, timestamp: message.timestamp, ack: () => message.ack() });
        }
        return fetched;
      },
    };
  });
}
