import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import { DependencyError } from '../../errors/index.ts';
import type { NatsLink } from './connect.ts';
import { orMissing } from './setupErrors.ts';

export interface ReplayedMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly seq: number;
  /** When the stream took it, in milliseconds since 1970. */
  readonly timeMs: number;
}

export interface ReplayOptions {
  /** Of the consumer that is made for it, so that a user's rights can name it. One replay of a name at a time. */
  readonly name: string;
  /** Wildcards as NATS has them. One: with several, the client asks by a subject that does not have the name. */
  readonly subject: string;
  /** Nothing older than that. */
  readonly since: Date;
  /** Nothing behind this sequence. */
  readonly toSeq: number;
  /** Ends it after the page that is being read. */
  readonly signal: AbortSignal;
}

const pageSize = 1_000;
const expiresMs = 5_000;
const idleMs = 60_000;

/**
 * Hands over what a stream has, oldest first, and touches no durable: for a program that rebuilds what it knew. Resolves
 * with how many there were; rejects with a DependencyError, or with the signal's reason.
 */
export function replay(
  link: NatsLink,
  stream: string,
  { name, subject, since, toSeq, signal }: ReplayOptions,
  onMessage: (message: ReplayedMessage) => void,
): Promise<number> {
  return link.use(async (connection) => {
    const manager = await jetstreamManager(connection);
    const remove = (): Promise<unknown> => orMissing(() => manager.consumers.delete(stream, name));
    // Of a program that was killed over it.
    await remove();
    await manager.consumers.add(stream, {
      name,
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartTime,
      opt_start_time: since.toISOString(),
      filter_subject: subject,
      inactive_threshold: nanos(idleMs),
      mem_storage: true,
    });
    const consumer = await jetstream(connection).consumers.get(stream, name);
    let count = 0;
    try {
      // A fetch also ends when its time is over, so only the server's word says that there are no more.
      while ((await consumer.info()).num_pending > 0) {
        const before = count;
        for await (const message of await consumer.fetch({ max_messages: pageSize, expires: expiresMs })) {
          if (message.seq > toSeq) return count;
          const { data, seq, timestamp } = message;
          onMessage({ subject: message.subject, data, seq, timeMs: Date.parse(timestamp) });
          count += 1;
          if (message.info.pending === 0) return count;
        }
        signal.throwIfAborted();
        if (count === before)
          throw new DependencyError('nats_unavailable', `NATS sent nothing of ${stream} for 5 s.`, { retryable: true });
      }
      return count;
    } finally {
      // It would end by itself some time later.
      await remove().catch(() => undefined);
    }
  });
}
