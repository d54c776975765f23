import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  jetstreamManager,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import {
  deadLetterStreamName,
  deadLetterSubjects,
  durableName,
  streamName,
  streamSubjects,
} from '../../contracts/index.ts';
import type { NatsLink } from './connect.ts';
import { openFrames } from './objectStore.ts';

const day = 24 * 60 * 60 * 1_000;

export interface StreamLimits {
  /** Bytes on disk of `SPARK`; a full stream refuses new events, which then wait in the outbox. */
  readonly maxBytes?: number;
  readonly deadLetterMaxBytes?: number;
  readonly framesMaxBytes?: number;
}

/** What `ensureStreams` did, one line each; empty when all was as it should be. */
export type SetupChanges = readonly string[];

/**
 * Makes the streams `SPARK` and `SPARK_DLQ` and the object store `SPARK_FRAMES`, or brings their settings up to date.
 * Idempotent; rejects with a DependencyError.
 */
export function ensureStreams(link: NatsLink, limits: StreamLimits = {}): Promise<SetupChanges> {
  const { maxBytes = 4 * 2 ** 30, deadLetterMaxBytes = 2 ** 29, framesMaxBytes = 2 * 2 ** 30 } = limits;
  return link.use(async (connection) => {
    const manager = await jetstreamManager(connection);
    const changes = [
      await ensureStream(manager, {
        name: streamName,
        subjects: [...streamSubjects],
        retention: RetentionPolicy.Limits,
        storage: StorageType.File,
        // Never drop what was accepted: refuse, and let the outbox keep it.
        discard: DiscardPolicy.New,
        max_age: nanos(30 * day),
        max_bytes: maxBytes,
        max_msg_size: 512 * 1024,
        duplicate_window: nanos(2 * 60_000),
        allow_direct: true,
      }),
      await ensureStream(manager, {
        name: deadLetterStreamName,
        subjects: [...deadLetterSubjects],
        retention: RetentionPolicy.Limits,
        storage: StorageType.File,
        discard: DiscardPolicy.New,
        max_age: nanos(90 * day),
        max_bytes: deadLetterMaxBytes,
        // The original bytes and a few headers.
        max_msg_size: 640 * 1024,
        duplicate_window: nanos(60 * 60_000),
        allow_direct: true,
      }),
    ];
    await openFrames(connection, framesMaxBytes);
    return changes.filter((change) => change !== undefined);
  });
}

export interface DurableOptions {
  readonly ackWaitMs: number;
  /** At least batch × (connections + 2); the default of 1,000 starves a larger batch. */
  readonly maxAckPending: number;
}

/** Makes the durable pull consumer of `SPARK`, or brings its limits up to date. Explicit acknowledgement, always. */
export function ensureDurable(link: NatsLink, options: DurableOptions): Promise<SetupChanges> {
  return link.use(async (connection) => {
    const manager = await jetstreamManager(connection);
    const wanted = { ack_wait: nanos(options.ackWaitMs), max_ack_pending: options.maxAckPending, max_deliver: -1 };
    const existing = await orMissing(() => manager.consumers.info(streamName, durableName));
    if (existing === undefined) {
      await manager.consumers.add(streamName, {
        durable_name: durableName,
        ack_policy: AckPolicy.Explicit,
        deliver_policy: DeliverPolicy.All,
        ...wanted,
      });
      return [`made consumer ${durableName}`];
    }
    const changed = differences(wanted, existing.config);
    if (changed.length === 0) return [];
    await manager.consumers.update(streamName, durableName, wanted);
    return [`updated consumer ${durableName}: ${changed.join(', ')}`];
  });
}

async function ensureStream(
  manager: JetStreamManager,
  wanted: Partial<StreamConfig> & { readonly name: string },
): Promise<string | undefined> {
  const existing = await orMissing(() => manager.streams.info(wanted.name));
  if (existing === undefined) {
    await manager.streams.add(wanted);
    return `made stream ${wanted.name}`;
  }
  const changed = differences(wanted, existing.config);
  if (changed.length === 0) return undefined;
  await manager.streams.update(wanted.name, wanted);
  return `updated stream ${wanted.name}: ${changed.join(', ')}`;
}

const differences = (wanted: object, existing: object): string[] => {
  const current = new Map(Object.entries(existing));
  return Object.entries(wanted)
    .filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(current.get(key)))
    .map(([key]) => key);
};

const missingCodes: ReadonlySet<number> = new Set([
  JetStreamApiCodes.StreamNotFound,
  JetStreamApiCodes.ConsumerNotFound,
]);

async function orMissing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof JetStreamApiError && missingCodes.has(error.code)) return undefined;
    throw error;
  }
}
