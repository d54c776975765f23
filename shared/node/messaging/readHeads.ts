import { DeliverPolicy, JetStreamApiError, jetstream, jetstreamManager, type JsMsg } from '@nats-io/jetstream';
import { DependencyError } from '../../errors/index.ts';
import type { NatsLink } from './connect.ts';

/** A message of a stream without its body. */
export interface MessageHead {
  readonly subject: string;
  readonly seq: number;
  /** The stream's own timestamp, ISO 8601. */
  readonly timestamp: string;
  readonly sizeBytes: number;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Reads what a stream has from sequence `from` to `to`, oldest first, at most `max`: fewer mean that there are no more.
 * Bodies stay on the server, so a stream of gigabytes is looked through in pages. Rejects with a DependencyError.
 */
export function readHeads(
  link: NatsLink,
  stream: string,
  options: {
    /** Wildcards as NATS has them. */
    readonly subject: string;
    readonly from: number;
    readonly to: number;
    readonly max: number;
  },
): Promise<readonly MessageHead[]> {
  const { subject, from, to, max } = options;
  return link.use(async (connection) => {
    const consumer = await jetstream(connection).consumers.get(stream, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: Math.max(1, from),
      filter_subjects: [subject],
      headers_only: true,
    });
    const heads: MessageHead[] = [];
    try {
      // A fetch also ends when its time is over, so only the server's word says that there are no more.
      while (heads.length < max && (await consumer.info()).num_pending > 0) {
        const before = heads.length;
        const messages = await consumer.fetch({ max_messages: max - before, expires: 5_000 });
        for await (const message of messages) {
          if (message.seq > to) return heads;
          heads.push(headOf(message));
          if (message.info.pending === 0) return heads;
        }
        if (heads.length === before) {
          throw new DependencyError('nats_unavailable', `NATS sent nothing of ${stream} for 5 s.`, { retryable: true });
        }
      }
      return heads;
    } finally {
      // It would end by itself some minutes later.
      await consumer.delete().catch(() => undefined);
    }
  });
}

function headOf(message: JsMsg): MessageHead {
  const headers: Record<string, string> = {};
  for (const name of message.headers?.keys() ?? []) headers[name] = message.headers?.get(name) ?? '';
  const sizeBytes = Number(headers['Nats-Msg-Size'] ?? 0);
  return { subject: message.subject, seq: message.seq, timestamp: message.timestamp, sizeBytes, headers };
}

const sequenceNotFound = 10043;

/** Removes one message; false when it is not there (any more). Rejects with a DependencyError. */
export function deleteMessage(link: NatsLink, stream: string, seq: number): Promise<boolean> {
  return link.use(async (connection) => {
    try {
      return await (await jetstreamManager(connection)).streams.deleteMessage(stream, seq, false);
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === sequenceNotFound) return false;
      throw error;
    }
  });
}
