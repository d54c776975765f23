import { jetstream } from '@nats-io/jetstream';
import { durableName, streamName } from '../../../contracts/index.ts';
import type { NatsLink } from '../connect.ts';

/** The NATS client without anything of ours around it: what the benchmarks compare with. */
export interface BareJetStream {
  /** One publish with a message id; resolves on the acknowledgement with the stream's sequence. */
  readonly publish: (subject: string, id: string, bytes: Uint8Array) => Promise<number>;
  /**
   * Calls `onAck` for each message that the consumer's durable is told to be done, with the time at which the stream
   * stored it (milliseconds since the epoch, with fractions). The consumer acknowledges after its commit, so the row is
   * there by then. Returns the unsubscribe function.
   */
  readonly watchAcks: (onAck: (message: { readonly storedMs: number }) => void) => () => void;
}

export function openBareJetStream(link: NatsLink): Promise<BareJetStream> {
  return link.use((connection) => {
    const client = jetstream(connection);
    return Promise.resolve({
      publish: async (subject, id, bytes) => (await client.publish(subject, bytes, { msgID: id })).seq,
      watchAcks(onAck) {
        const subscription = connection.subscribe(`$JS.ACK.${streamName}.${durableName}.>`, {
          callback: (_error, message) => {
            // $JS.ACK.<stream>.<consumer>.<deliveries>.<stream sequence>.<consumer sequence>.<time in ns>.<pending>
            const time = message.subject.split('.')[7] ?? '';
            // `working` and `nak` are sent on the same subject, and are no end.
            if (message.string() === '+ACK') onAck({ storedMs: Number(BigInt(time) / 1_000n) / 1_000 });
          },
        });
        return () => subscription.unsubscribe();
      },
    });
  });
}
