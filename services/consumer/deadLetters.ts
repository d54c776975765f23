import { deadLetterSubjectOf } from '../../shared/contracts/index.ts';
import type { Logger } from '../../shared/node/logging/index.ts';
import type { JetStreamPublisher, StreamMessage } from '../../shared/node/messaging/index.ts';

/** Headers of a dead letter; its body is the original message, byte for byte. */
export const deadLetterHeaders = {
  reason: 'Spark-Reason',
  detail: 'Spark-Detail',
  subject: 'Spark-Subject',
  streamSeq: 'Spark-Stream-Seq',
  /** Deliveries, those before each replay included. A replay carries it, and the time of the first failure, along. */
  attempts: 'Spark-Attempts',
  recordedAt: 'Spark-Recorded-At',
  firstFailedAt: 'Spark-First-Failed-At',
  lastFailedAt: 'Spark-Last-Failed-At',
  originalId: 'Spark-Original-Id',
  /** The original's other headers: JSON, `[["name","value"],…]`. */
  originalHeaders: 'Spark-Original-Headers',
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
      const { subject, seq, timeMs } = message;
      const failedAt = now().toISOString();
      const before = earlierFailures(message);
      try {
        await publisher.publish({
          subject: deadLetterSubjectOf(subject),
          // One dead letter per message of the stream; the time tells a stream that was made anew from the old one.
          id: `${seq}-${timeMs}`,
          bytes: message.data,
          headers: {
            [deadLetterHeaders.reason]: reason,
            [deadLetterHeaders.detail]: toHeaderValue(detail),
            [deadLetterHeaders.subject]: subject,
            [deadLetterHeaders.streamSeq]: String(seq),
            [deadLetterHeaders.attempts]: String(before.attempts + message.deliveries),
            [deadLetterHeaders.recordedAt]: new Date(timeMs).toISOString(),
            [deadLetterHeaders.firstFailedAt]: before.firstFailedAt ?? failedAt,
            [deadLetterHeaders.lastFailedAt]: failedAt,
            [deadLetterHeaders.originalId]: toHeaderValue(message.header('Nats-Msg-Id') ?? ''),
            ...originalHeaders(message),
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

/** What a replay says of the failures before it; anyone may have written it, so only what makes sense counts. */
function earlierFailures(message: StreamMessage): { readonly attempts: number; readonly firstFailedAt?: string } {
  const attempts = Number(message.header(deadLetterHeaders.attempts));
  const first = Date.parse(message.header(deadLetterHeaders.firstFailedAt) ?? '');
  return {
    attempts: Number.isSafeInteger(attempts) && attempts > 0 && attempts < 1_000_000 ? attempts : 0,
    ...(Number.isNaN(first) ? {} : { firstFailedAt: new Date(first).toISOString() }),
  };
}

/** A dead letter has room for this much beside the bytes; more are left out, and the bytes come first. */
const maxHeaderBytes = 32 * 1024;

/** The original's own headers: not those that tell JetStream what to do, and not those of a replay. */
function originalHeaders(message: StreamMessage): Readonly<Record<string, string>> {
  const own = message.headers().filter(([name]) => !/^(nats|spark)-/i.test(name));
  if (own.length === 0) return {};
  const json = JSON.stringify(own).replaceAll(
    /[^\u0020-\u007e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return json.length > maxHeaderBytes ? {} : { [deadLetterHeaders.originalHeaders]: json };
}

/** One line of printable ASCII, cut to 1,000 characters: what every NATS client can read. */
const toHeaderValue = (text: string): string => text.replaceAll(/[^\u0020-\u007e]+/g, ' ').slice(0, 1_000);
