import type { Database } from '../../database/index.ts';
import { InvariantError } from '../../shared/errors/index.ts';
import type { Logger } from '../../shared/node/logging/index.ts';
import {
  acknowledgeAll,
  ensureDurable,
  ensureStreams,
  makeJetStreamPublisher,
  makePuller,
  readDurable,
  type NatsLink,
  type StreamLimits,
  type StreamMessage,
} from '../../shared/node/messaging/index.ts';
import type { Activity } from './activity.ts';
import { makeInbox } from './batch.ts';
import { makeDeadLetters, type Refusal } from './deadLetters.ts';
import { decodeMessage } from './decode.ts';
import { EncodedBatch, type ReadEvent } from './encodedBatch.ts';
import type { ConsumerMetrics } from './metrics.ts';
import { pullUntilAborted } from './pulling.ts';
import { startStats } from './stats.ts';
import { isBug, makeBatchWriter } from './writer.ts';

/*
 * stream SPARK -> inbox -> two workers, each: decode -> one transaction -> acknowledge after the commit.
 * While one worker's batch commits the other decodes the next; a third connection gained nothing on two cores.
 * A message is acknowledged only when its row, or its dead letter, is on disk; what dies in between is delivered again,
 * and its row does not move backwards. Acknowledgement is explicit for each message: acknowledging "all up to here" is
 * 20 % faster and lost 35,759 of 200,000 rows after a SIGKILL.
 */
export const workers = 2;
const maxBatchBytes = 4 * 2 ** 20;
/** Bytes of messages that are not settled; with the batches being written it keeps the process under 400 MB. */
const maxHeldBytes = 32 * 2 ** 20;
/** Messages of one instance that are not settled: a batch for each worker, as many being received. */
const maxHeld = (maxBatch: number): number => maxBatch * (workers + 2);
/** What met a bug comes again after this, so that many instances do not fall over it one after another at once. */
const bugDelayMs = 5_000;

/**
 * The durable has no limit of unacknowledged messages: each pull asks for what its instance may hold, so N instances hold
 * N times that and none starves another. A limit would also count what is given back with a delay: nats-server 2.15
 * delivered not one good message behind as many refused dead letters as the limit was.
 */
export const durableOptions = ({ ackWaitMs }: Pick<ConsumerOptions, 'ackWaitMs'>) => ({
  ackWaitMs,
  maxAckPending: -1,
});

export interface ConsumerOptions {
  readonly link: NatsLink;
  readonly database: Pick<Database, 'bulk'>;
  readonly logger: Logger;
  readonly metrics: ConsumerMetrics;
  readonly activity: Activity;
  readonly streams?: StreamLimits;
  readonly maxBatch: number;
  readonly retentionDays: number;
  /** After this long without a word of its holder a message is delivered to another one. */
  readonly ackWaitMs: number;
  /** What a delivered message is taken for; itself unless given. The demo of the analytics gives it another time. */
  readonly takeFor?: (delivered: StreamMessage) => StreamMessage;
  /** Called once, when messages are being pulled for the first time. */
  readonly onReady: () => void;
}

export interface Consumer {
  /** Resolves when stopped; rejects with a bug, after all has stopped and without acknowledging what met it. */
  readonly done: Promise<void>;
  /** Whether messages are being pulled now. */
  readonly pulling: () => boolean;
  /** What `SPARK_DLQ` says while it takes no dead letters; null while it does. */
  readonly refusal: () => Refusal | null;
  /** Stops pulling, lets running batches finish and acknowledge, gives the rest back. */
  readonly stop: () => Promise<void>;
}

export function startConsumer(options: ConsumerOptions): Consumer {
  const { link, database, logger, metrics, activity, maxBatch, retentionDays, ackWaitMs, takeFor } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const inbox = makeInbox({ maxMessages: maxBatch, maxBytes: maxBatchBytes });
  const deadLetters = makeDeadLetters({ publisher: makeJetStreamPublisher(link), logger });
  const stats = startStats({
    logger,
    metrics,
    readLag: async () => {
      const facts = await readDurable(link).catch(() => null);
      return facts === null ? null : facts.pending + facts.unacknowledged;
    },
  });
  /** What was encoded once: the result depends on the message alone. */
  function readAgain(message: StreamMessage): ReadEvent {
    const result = decodeMessage(message, { retentionDays });
    if (result.kind === 'event') return result;
    throw new InvariantError('A message was read twice, with different results.', { data: { seq: message.seq } });
  }
  const writer = makeBatchWriter({
    database,
    read: readAgain,
    logger,
    onRetry: () => {
      activity.sign();
      stats.failed('postgres');
    },
  });
  const startPull = makePuller(link, { maxMessages: maxHeld(maxBatch), maxBytes: maxHeldBytes }, (delivered) => {
    const message = takeFor === undefined ? delivered : takeFor(delivered);
    stats.received(message);
    inbox.add(message);
  });
  const extending = setInterval(() => {
    inbox.extend();
  }, ackWaitMs / 3);
  let announceReady = options.onReady;
  let pulling = false;

  function encode(batch: readonly StreamMessage[]): { encoded: EncodedBatch<StreamMessage>; refused: Refused[] } {
    const encoded = new EncodedBatch<StreamMessage>(batch.length);
    const refused: Refused[] = [];
    for (const message of batch) {
      const result = decodeMessage(message, { retentionDays });
      const error = result.kind === 'event' ? encoded.add(message, result) : null;
      if (result.kind === 'refused') refused.push({ message, reason: result.reason, detail: result.detail });
      else if (error !== null) refused.push({ message, reason: error.code, detail: error.message });
    }
    return { encoded, refused };
  }

  /** Resolves when the good ones are settled, with when the bad ones are: those wait for nobody's next batch. */
  async function process(batch: readonly StreamMessage[]): Promise<{ readonly buried: Promise<unknown> }> {
    const begunMs = performance.now();
    const burials: Promise<void>[] = [];
    const bury = async (message: StreamMessage, reason: string, detail: string): Promise<void> => {
      if (await deadLetters.bury(message, { reason, detail })) stats.buried(reason);
      else stats.failed('dead_letters');
    };
    let open = batch;
    try {
      const { encoded, refused } = encode(batch);
      open = encoded.items;
      burials.push(...refused.map(({ message, reason, detail }) => bury(message, reason, detail)));
      const { written, rejected } = await writer.write(encoded, signal);
      acknowledgeAll(written.flatMap(({ items }) => items));
      for (const { tally } of written) stats.written(tally, performance.now() - begunMs);
      burials.push(...rejected.map(({ item, error }) => bury(item, error.code, error.message)));
    } catch (error) {
      // Whatever was committed before is the same row when it comes again.
      const byBug = isBug(error, signal);
      if (!byBug) logger.warn({ err: error, events: batch.length }, 'a batch is given back at the stop');
      stats.givenBack(open.length);
      for (const message of open) message.nak(byBug ? bugDelayMs : undefined);
      if (byBug) throw error;
    }
    return { buried: Promise.all(burials) };
  }

  async function work(): Promise<void> {
    const unburied = new Set<Promise<unknown>>();
    for (let batch = await inbox.take(); batch !== undefined; batch = await inbox.take()) {
      const end = activity.begin();
      const { done, messages } = batch;
      const { buried } = await process(messages).finally(end);
      const burying = buried.finally(() => {
        done();
        unburied.delete(burying);
      });
      unburied.add(burying);
    }
    await Promise.all(unburied);
  }

  async function pullForEver(): Promise<void> {
    await pullUntilAborted({
      link,
      logger,
      signal,
      setUp: async () => [
        ...(await ensureStreams(link, options.streams)),
        ...(await ensureDurable(link, durableOptions(options))),
      ],
      startPull,
      onPulling(now) {
        pulling = now;
        if (!now) return;
        announceReady();
        announceReady = () => undefined;
      },
      onInterrupted: () => {
        stats.failed('nats');
      },
    });
    inbox.close();
  }

  function halt(): void {
    stopping.abort(new Error('the consumer stops'));
    inbox.close();
  }

  async function runAll(): Promise<void> {
    const parts = [pullForEver(), ...Array.from({ length: workers }, work)];
    // A bug in one part ends all: what it held is not acknowledged, and whoever runs this starts it again.
    for (const part of parts) part.catch(halt);
    const failed = (await Promise.allSettled(parts)).find((end) => end.status === 'rejected');
    clearInterval(extending);
    stats.stop();
    if (failed !== undefined) throw failed.reason;
  }
  const done = runAll();

  return {
    done,
    pulling: () => pulling,
    refusal: deadLetters.refusal,
    async stop() {
      halt();
      // Why it ended is told by `done` alone.
      await done.catch(() => undefined);
    },
  };
}

interface Refused {
  readonly message: StreamMessage;
  readonly reason: string;
  readonly detail: string;
}
