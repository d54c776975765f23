import { keepAlert, type Database } from '../../../database/index.ts';
import { alertDurableName, alertStreamName, type Alert } from '../../../shared/contracts/index.ts';
import { DependencyError } from '../../../shared/errors/index.ts';
import { retryUntilAborted } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import {
  ensureDurable,
  ensureStreams,
  makeJetStreamPublisher,
  makePuller,
  type NatsLink,
  type StreamLimits,
  type StreamMessage,
} from '../../../shared/node/messaging/index.ts';
import type { Activity } from '../activity.ts';
import { makeInbox } from '../batch.ts';
import { makeDeadLetters, type Refusal } from '../deadLetters.ts';
import { pullUntilAborted } from '../pulling.ts';
import { isBug, isWorthHolding } from '../writer.ts';
import { decodeAlert } from './decodeAlert.ts';
import type { AlertMetrics } from './metrics.ts';

/*
 * stream SPARK_ALERTS -> decode -> spark_keep_alert -> acknowledge after the commit, one alert after the other. Alerts are
 * few: what events need to be quick (batches, COPY, several workers) would only be more to go wrong.
 */
const maxHeld = { maxMessages: 100, maxBytes: 8 * 2 ** 20 };
const bugDelayMs = 5_000;

/** No limit of unacknowledged ones, for the reason that the durable of the events has none (`durableOptions`). */
export const alertDurableOptions = ({ ackWaitMs }: { readonly ackWaitMs: number }) => ({
  stream: alertStreamName,
  name: alertDurableName,
  ackWaitMs,
  maxAckPending: -1,
});

export interface AlertKeeper {
  /** Resolves when stopped; rejects with a bug, without acknowledging what met it. */
  readonly done: Promise<void>;
  /** What `SPARK_DLQ` says while it takes no dead letters; null while it does. */
  readonly refusal: () => Refusal | null;
  /** Stops pulling, lets the alert that is being kept finish, gives the rest back. */
  readonly stop: () => Promise<void>;
}

/**
 * Keeps in `spark_alerts` what any engine publishes on `alerts.spark.>`. Told again, in any order, it is the same row. A
 * database that is away or not migrated is waited for; what it refuses, or what is no alert, is a dead letter.
 */
export function startAlertKeeper(options: {
  readonly link: NatsLink;
  readonly database: Pick<Database, 'write'>;
  readonly logger: Logger;
  readonly metrics: AlertMetrics;
  readonly activity: Activity;
  readonly streams?: StreamLimits;
  readonly ackWaitMs: number;
}): AlertKeeper {
  const { link, database, logger, metrics, activity, ackWaitMs } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const inbox = makeInbox(maxHeld);
  const deadLetters = makeDeadLetters({ publisher: makeJetStreamPublisher(link), logger, stream: alertStreamName });
  const startPull = makePuller(link, maxHeld, (message) => inbox.add(message), alertDurableName, alertStreamName);
  const extending = setInterval(() => inbox.extend(), ackWaitMs / 3);

  const keep = (alert: Alert): Promise<void> =>
    retryUntilAborted(() => database.write((client) => keepAlert(client, alert)), {
      signal,
      isRetryable: isWorthHolding,
      onRetry: (error, waitMs) => {
        activity.sign();
        metrics.failed();
        logger.warn({ err: error, waitMs }, 'PostgreSQL does not take an alert now; it is held');
      },
      baseMs: 100,
      capMs: 5_000,
    });

  async function bury(message: StreamMessage, reason: string, detail: string): Promise<void> {
    if (await deadLetters.bury(message, { reason, detail })) metrics.buried(reason);
  }

  async function settle(message: StreamMessage): Promise<void> {
    const decoded = decodeAlert(message);
    if (decoded.kind === 'refused') {
      await bury(message, decoded.reason, decoded.detail);
      return;
    }
    try {
      await keep(decoded.alert);
    } catch (error) {
      if (error instanceof DependencyError && error.code === 'db_rejected') {
        await bury(message, error.code, error.message);
        return;
      }
      throw error;
    }
    message.ack();
    metrics.kept(decoded.alert.state);
  }

  async function work(): Promise<void> {
    for (let batch = await inbox.take(); batch !== undefined; batch = await inbox.take()) {
      const end = activity.begin();
      try {
        for (const message of batch.messages) {
          signal.throwIfAborted();
          await settle(message);
        }
      } catch (error) {
        const byBug = isBug(error, signal);
        // Nothing happens to those that are settled already.
        for (const message of batch.messages) message.nak(byBug ? bugDelayMs : undefined);
        if (byBug) throw error;
      } finally {
        end();
        batch.done();
      }
    }
  }

  async function pull(): Promise<void> {
    await pullUntilAborted({
      link,
      logger,
      signal,
      setUp: async () => [
        ...(await ensureStreams(link, options.streams)),
        ...(await ensureDurable(link, alertDurableOptions(options))),
      ],
      startPull,
      onPulling: metrics.pulling,
      onInterrupted: metrics.failed,
    });
    inbox.close();
  }

  function halt(): void {
    stopping.abort(new Error('the keeper of alerts stops'));
    inbox.close();
  }

  async function runAll(): Promise<void> {
    const parts = [pull(), work()];
    for (const part of parts) part.catch(halt);
    const failed = (await Promise.allSettled(parts)).find((end) => end.status === 'rejected');
    clearInterval(extending);
    if (failed !== undefined) throw failed.reason;
  }
  const done = runAll();

  return {
    done,
    refusal: deadLetters.refusal,
    async stop() {
      halt();
      // Why it ended is told by `done` alone.
      await done.catch(() => undefined);
    },
  };
}
