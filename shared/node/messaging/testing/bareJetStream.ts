import { jetstream } from '@nats-io/jetstream';
import { durableName, streamName } from '../../../contracts/index.ts';
import type { NatsLink } from '../connect.ts';

/** The NATS client without anything of ours around it: what the benchmarks compare with. */
export interface BareJetStream {
  /** One publish with a message id; resolves on the acknowledgement with the stream's sequence. */
  readonly publish: (subject: string, id: string, bytes: Uint8Array) => Promise<number>;
  /**
   * Calls `onAck` with the stream sequence of each message that the consumer's durable is told to be done. The consumer
   * acknowledges after its commit, so the row is there by then. Returns the unsubscribe function.
   */
  readonly watchAcks: (onAck: (streamSeq: number) => void) => () => void;
}

export function openBareJetStream(link: NatsLink): Promise<BareJetStream> {
  return link.use((connection) => {
    const client = jetstream(connection);
    return Promise.resolve({
      publish: async (subject, id, bytes) => (await client.publish(subject, bytes, { msgID: id })).seq,
      watchAcks(onAck) {
        const subscription = connection.subscribe(`$JS.ACK.${streamName}.${durableName}.>`, {
          // $JS.ACK.<stream>.<consumer>.<deliveries>.<stream sequence>.<consumer sequence>.<time>.<pending>
          callback: (_error, message) => onAck(Number(message.subject.split('.')[5])),
        });
        return () => subscription.unsubscribe();
      },
    });
  });
}
