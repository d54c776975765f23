import { deadLetterStreamName, deadLetterSubjectOf, streamName } from '../../shared/contracts/index.ts';
import { DependencyError } from '../../shared/errors/index.ts';
import { backoffMs } from '../../shared/node/lifecycle/index.ts';
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

/*
 * `SPARK_DLQ` full, missing or not answering must not hold up good messages. A message whose dead letter is refused stays
 * in its stream and is given back with a delay that grows with its deliveries; while the stream refuses, only one
 * attempt at growing intervals asks it, and all others are given back without a question. JetStream counts what is given
 * back with a delay as unacknowledged, which is why the durable has no limit of those (`durableOptions`).
 */
export interface DeadLetters {
  /**
   * Stores the message in `SPARK_DLQ`, then acknowledges it. When the dead letter cannot be stored the message is given
   * back with a delay: it is never lost, and it never blocks the rest. Resolves with whether it was stored; never rejects.
   */
  readonly bury: (
    message: StreamMessage,
    cause: { readonly reason: string; readonly detail: string },
  ) => Promise<boolean>;
  /** Null while dead letters are stored; else since when and why they are not. */
  readonly refusal: () => Refusal | null;
}

export interface Refusal {
  readonly sinceMs: number;
  /** Messages given back since then; one that came again counts again. */
  readonly givenBack: number;
  readonly why: string;
}

const firstDelayMs = 5_000;
const longestDelayMs = 5 * 60_000;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;
const logEveryMs = 60_000;

export function makeDeadLetters(options: {
  readonly publisher: JetStreamPublisher;
  readonly logger: Logger;
  /** Where the messages are from; `SPARK` unless given. */
  readonly stream?: string;
  readonly now?: () => Date;
}): DeadLetters {
  const { publisher, logger, stream = streamName, now = () => new Date() } = options;
  const nowMs = (): number => now().getTime();
  let refused: (Writable<Refusal> & { lastMs: number; failures: number; askAgainMs: number }) | undefined;
  let loggedMs = Number.NEGATIVE_INFINITY;
  let unlogged = 0;

  function store(message: StreamMessage, { reason, detail }: { readonly reason: string; readonly detail: string }) {
    const { subject, seq, timeMs } = message;
    const failedAt = now().toISOString();
    const before = earlierFailures(message);
    return publisher.publish({
      subject: deadLetterSubjectOf(subject),
      // One dead letter per message of the stream; the time tells a stream that was made anew from the old one.
      id: `${stream === streamName ? '' : `${stream}-`}${seq}-${timeMs}`,
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
  }

  /** While the stream refuses, the one that asks it again has a pause to itself. */
  function mayAsk(): 'yes' | 'again' | 'no' {
    if (refused === undefined) return 'yes';
    if (nowMs() < refused.askAgainMs) return 'no';
    refused.askAgainMs = nowMs() + longestPauseMs;
    return 'again';
  }

  /** Those that were under way when the first one was refused are the same failure. */
  function closeGate(error: unknown, isFirst: boolean): void {
    if (refused !== undefined && isFirst) return;
    const failures = refused?.failures ?? 0;
    refused ??= { sinceMs: nowMs(), givenBack: 0, why: '', lastMs: nowMs(), failures, askAgainMs: 0 };
    refused.why = error instanceof Error ? error.message : String(error);
    refused.askAgainMs = nowMs() + backoffMs(failures, { baseMs: firstPauseMs, capMs: longestPauseMs });
    refused.failures = failures + 1;
  }

  function giveBack(message: StreamMessage, error?: unknown): void {
    message.nak(backoffMs(message.deliveries - 1, { baseMs: firstDelayMs, capMs: longestDelayMs }));
    if (refused !== undefined) {
      refused.givenBack += 1;
      refused.lastMs = nowMs();
    }
    unlogged += 1;
    if (nowMs() - loggedMs < logEveryMs) return;
    loggedMs = nowMs();
    const facts = { err: error, why: refused?.why, givenBack: unlogged, seq: message.seq, subject: message.subject };
    unlogged = 0;
    logger.error(
      facts,
      `${deadLetterStreamName} takes no dead letters; their messages stay in ${stream} and come back later, all others go on. Make room ("dlq list", "dlq purge", or a larger limit) or mend what it says`,
    );
  }

  return {
    async bury(message, cause) {
      const asks = mayAsk();
      if (asks === 'no') {
        giveBack(message);
        return false;
      }
      try {
        await store(message, cause);
      } catch (error) {
        if (blamesAll(error)) closeGate(error, asks === 'yes');
        giveBack(message, error);
        return false;
      }
      message.ack();
      if (refused !== undefined) {
        const { givenBack, sinceMs } = refused;
        refused = undefined;
        logger.info({ givenBack, forMs: nowMs() - sinceMs }, `${deadLetterStreamName} takes dead letters again`);
      }
      const { seq, subject } = message;
      logger.warn({ seq, subject, reason: cause.reason, detail: cause.detail.slice(0, 500) }, 'dead letter');
      return true;
    },
    // Another instance may have stored what this one gave back: then nothing comes here that would ask again.
    refusal: () => (refused === undefined || nowMs() - refused.lastMs > 2 * longestDelayMs ? null : refused),
  };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Full, missing or away; what is wrong with one message (its size, a header) says nothing about the next. */
const blamesAll = (error: unknown): boolean => error instanceof DependencyError && error.retryable;

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
