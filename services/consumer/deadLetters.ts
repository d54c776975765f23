import { deadLetterSubjectOf } from '../../shared/contracts/index.ts';
import type { Logger } from '../../shared/node/logging/index.ts';
import type { JetStreamPublisher, StreamMessage } from '../../shared/node/messaging/index.ts';

/** Headers of a dead letter; its body is the original message, byte for byte. */
export const deadLetterHeaders = {
  reason: 'Spark-Reason',
  detail: 'Spark-Detail',
  subject: 'Spark-Subject',
  streamSeq: 'Spark-Stream-Seq',
  attempts: 'Spark-Attempts',
  recordedAt: 'Spark-Recorded-At',
  failedAt: 'Spark-Failed-At',
  originalId: 'Spark-Original-Id',
} as const;

export interface DeadLetters {
  /**
   * Stores the message in `SPARK_DLQ`, then acknowledges it. When the dead letter cannot be stored the message is given
   * back with a delay: it is never lost, and it never blocks the rest. Resolves with whether it was stored; never rejects.
   */
  readonly bury: (
    message: StreamMessage,
    cause: { readonly reason: string; readonly detail: string },
  ) => Promise<boolean>;
}

export function makeDeadLetters(options: {
  readonly publisher: JetStreamPublisher;
  readonly logger: Logger;
  readonly now?: () => Date;
  readonly retryDelayMs?: number;
}): DeadLetters {
  const { publisher, logger, now = () => new Date(), retryDelayMs = 5_000 } = options;
  return {
    async bury(message, { reason, detail }) {
      const { subject, seq, timestamp } = message;
      try {
        await publisher.publish({
          subject: deadLetterSubjectOf(subject),
          // One dead letter per message of the stream; the time tells a stream that was made anew from the old one.
          id: `${seq}-${Date.parse(timestamp)}`,
          bytes: message.data,
          headers: {
            [deadLetterHeaders.reason]: reason,
            [deadLetterHeaders.detail]: toHeaderValue(detail),
            [deadLetterHeaders.subject]: subject,
            [deadLetterHeaders.streamSeq]: String(seq),
            [deadLetterHeaders.attempts]: String(message.deliveries),
            [deadLetterHeaders.recordedAt]: timestamp,
            [deadLetterHeaders.failedAt]: now().toISOString(),
            [deadLetterHeaders.originalId]: toHeaderValue(message.header('Nats-Msg-Id') ?? ''),
          },
        });
      } catch (error) {
        logger.error({ err: error, seq, subject, reason }, 'a dead letter could not be stored; its message comes back');
        message.nak(retryDelayMs);
        return false;
      }
      message.ack();
      logger.warn({ seq, subject, reason, detail: detail.slice(0, 500) }, 'dead letter');
      return true;
    },
  };
}

/** One line of printable ASCII, cut to 1,000 characters: what every NATS client can read. */
const toHeaderValue = (text: string): string => text.replaceAll(/[^\u0020-\u007e]+/g, ' ').slice(0, 1_000);
