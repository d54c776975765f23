import { deadLetterStreamName, durableName } from '../../../../shared/contracts/index.ts';
import { DependencyError } from '../../../../shared/errors/index.ts';
import { retryUntilAborted, type Lifecycle } from '../../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../../shared/node/logging/index.ts';
import {
  ensureDurable,
  makePuller,
  readDurable,
  readStream,
  type NatsLink,
  type StreamMessage,
} from '../../../../shared/node/messaging/index.ts';
import type { EventSpoutParts } from './eventSpout.ts';
import type { Look } from './look.ts';

export interface NatsSource extends Pick<EventSpoutParts, 'take' | 'takeLook'> {
  /** Starts pulling and looking. Rejects when pulling can never work, or with the signal's reason at its end. */
  readonly run: () => Promise<never>;
}

/** Our own durable on `SPARK`: the consumer's is not touched, and each gets every event. */
export const stormDurable = 'spark-storm';
/** Longer than `topology.message.timeout.secs`, so that Storm gives a message back before JetStream does. */
const ackWaitMs = 60_000;
const limits = { maxMessages: 500, maxBytes: 8 * 2 ** 20 };
const lookEveryMs = 10_000;

/**
 * What JetStream has for the spout: its events from the moment on at which the durable was made (alerts about the past
 * are no use), and every ten seconds how many dead letters there are and how far the consumer is. While NATS is away
 * nothing comes; it goes on by itself.
 */
export function makeNatsSource(parts: {
  readonly link: NatsLink;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  readonly nowMs: () => number;
}): NatsSource {
  const { link, logger, lifecycle, nowMs } = parts;
  const { signal } = lifecycle;
  const waiting: StreamMessage[] = [];
  /** The newest of each kind: an old look is worth nothing. */
  const looks = new Map<Look['kind'], Look>();
  const start = makePuller(link, limits, (message) => waiting.push(message), stormDurable);

  async function pullOnce(): Promise<never> {
    await link.ready(signal);
    const changes = await ensureDurable(link, {
      name: stormDurable,
      from: 'now',
      ackWaitMs,
      maxAckPending: 4 * limits.maxMessages,
    });
    for (const change of changes) logger.info(change);
    const pull = await start();
    const stop = (): void => void pull.stop();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      await pull.ended;
    } finally {
      signal.removeEventListener('abort', stop);
    }
    throw new DependencyError('nats_unavailable', 'The pull ended.', { retryable: true });
  }

  async function look(): Promise<void> {
    const [letters, durable] = await Promise.allSettled([readStream(link, deadLetterStreamName), readDurable(link)]);
    const atMs = nowMs();
    if (letters.status === 'fulfilled') {
      looks.set('dead_letters', { kind: 'dead_letters', atMs, total: letters.value.lastSeq });
    } else logger.warn({ err: letters.reason as unknown }, 'the dead letters cannot be counted');
    if (durable.status === 'fulfilled') {
      const { pending, unacknowledged, ackFloorSeq } = durable.value;
      looks.set('durable', { kind: 'durable', atMs, name: durableName, lag: pending + unacknowledged, ackFloorSeq });
    } else logger.warn({ err: durable.reason as unknown }, 'the consumer cannot be looked at');
  }

  return {
    take: () => waiting.shift(),
    takeLook() {
      const [first] = looks.values();
      if (first !== undefined) looks.delete(first.kind);
      return first;
    },
    run() {
      const looking = setInterval(() => void look(), lookEveryMs);
      lifecycle.own('looks', () => {
        clearInterval(looking);
      });
      // What Storm never saw is another instance's at once, and not after the time to acknowledge.
      lifecycle.own('messages that wait', () => {
        for (const message of waiting.splice(0)) message.nak();
      });
      return retryUntilAborted(pullOnce, {
        signal,
        capMs: 5_000,
        isRetryable: (error) => error instanceof DependencyError && error.retryable,
        onRetry: (error, waitMs) => {
          logger.warn({ err: error, waitMs }, 'pulling from NATS was interrupted; it starts again');
        },
      });
    },
  };
}
