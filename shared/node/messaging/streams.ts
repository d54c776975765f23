import {
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  StoreCompression,
  jetstreamManager,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/nats-core';
import {
  alertStreamName,
  alertSubjects,
  deadLetterStreamName,
  deadLetterSubjects,
  framesBucket,
  streamName,
  streamSubjects,
} from '../../contracts/index.ts';
import { planChange } from './configChange.ts';
import type { NatsLink } from './connect.ts';
import { makeFrameBucket } from './objectStore.ts';
import { orMissing, told } from './setupErrors.ts';

const day = 24 * 60 * 60 * 1_000;

export interface StreamLimits {
  /**
   * Bytes on disk of `SPARK`; a full stream refuses new events, which then wait in the outbox. Unset: 4 GiB for a new
   * stream, what it has for an existing one. The same for the next two (512 MiB, 2 GiB).
   */
  readonly maxBytes?: number | undefined;
  readonly deadLetterMaxBytes?: number | undefined;
  readonly framesMaxBytes?: number | undefined;
  /** Copies of everything. Unset: 3 on a cluster, 1 on a single server, and never fewer than there are. */
  readonly replicas?: number | undefined;
}

export interface SetupOptions extends StreamLimits {
  /** Changes nothing and says what it would change. */
  readonly dryRun?: boolean;
}

/** What was done (`made …`, `updated …`), would be (`would …`) or cannot be, one line each; empty: all is as it should be. */
export type SetupChanges = readonly string[];

/** The limits that a new stream gets where none is given. */
const defaults = { maxBytes: 4 * 2 ** 30, deadLetterMaxBytes: 2 ** 29, framesMaxBytes: 2 * 2 ** 30 };
/** Some hundred thousand alerts. */
const alertMaxBytes = 64 * 2 ** 20;
const clusterReplicas = 3;

/**
 * Makes the streams `SPARK`, `SPARK_DLQ` and `SPARK_ALERTS` and the object store `SPARK_FRAMES`, or brings their settings up to date.
 * Idempotent; safe when several programs do it at once. Rejects with a DependencyError that names what JetStream refused.
 */
export function ensureStreams(link: NatsLink, options: SetupOptions = {}): Promise<SetupChanges> {
  return link.use(async (connection) => {
    const manager = await jetstreamManager(connection);
    const setup: Setup = { manager, dryRun: options.dryRun === true, ...replicasOf(connection, options.replicas) };
    const common = {
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      // Never drop what was accepted: refuse, and let the outbox keep it.
      discard: DiscardPolicy.New,
      allow_direct: true,
      // Events are JSON: a third of the size. Older servers know nothing of it.
      ...(knowsCompression(connection) ? { compression: StoreCompression.S2 } : {}),
    };
    const lines = [
      await ensureStream(setup, {
        ...common,
        name: streamName,
        subjects: [...streamSubjects],
        max_age: nanos(30 * day),
        ...maxBytes(options.maxBytes, defaults.maxBytes),
        max_msg_size: 512 * 1024,
        duplicate_window: nanos(2 * 60_000),
      }),
      await ensureStream(setup, {
        ...common,
        name: deadLetterStreamName,
        subjects: [...deadLetterSubjects],
        max_age: nanos(90 * day),
        ...maxBytes(options.deadLetterMaxBytes, defaults.deadLetterMaxBytes),
        // The original bytes and a few headers.
        max_msg_size: 640 * 1024,
        duplicate_window: nanos(60 * 60_000),
      }),
      await ensureStream(setup, {
        ...common,
        // The newest alerts matter most, and the oldest are long in the database: a full stream must not refuse new ones.
        discard: DiscardPolicy.Old,
        name: alertStreamName,
        subjects: [...alertSubjects],
        max_age: nanos(30 * day),
        ...maxBytes(undefined, alertMaxBytes),
        max_msg_size: 64 * 1024,
        duplicate_window: nanos(2 * 60_000),
      }),
      await ensureStream(
        setup,
        {
          name: `OBJ_${framesBucket}`,
          max_age: nanos(30 * day),
          ...maxBytes(options.framesMaxBytes, defaults.framesMaxBytes),
        },
        (config) => makeFrameBucket(connection, config),
      ),
    ];
    return lines.flat();
  });
}

interface Setup {
  readonly manager: JetStreamManager;
  readonly dryRun: boolean;
  readonly replicas: number;
  /** Only then are copies taken away. */
  readonly replicasGiven: boolean;
}

interface WantedStream extends Partial<StreamConfig> {
  readonly name: string;
  readonly max_bytes: number;
  /** False: the limit is for a new stream, and an existing one keeps its own. */
  readonly maxBytesGiven: boolean;
}

async function ensureStream(
  setup: Setup,
  { maxBytesGiven, max_bytes, ...rest }: WantedStream,
  make: (config: Partial<StreamConfig> & { readonly name: string }) => Promise<unknown> = (config) =>
    setup.manager.streams.add(config),
): Promise<string[]> {
  const { manager, dryRun, replicas, replicasGiven } = setup;
  const { name } = rest;
  const existing = await orMissing(() => manager.streams.info(name));
  if (existing === undefined) {
    if (dryRun) return [`would make stream ${name} with ${copies(replicas)}`];
    await told(`make stream ${name} with ${copies(replicas)}`, () =>
      make({ ...rest, max_bytes, num_replicas: replicas }),
    );
    return [`made stream ${name} with ${copies(replicas)}`];
  }
  const keepsCopies = !replicasGiven && existing.config.num_replicas > replicas;
  const { send, changes, kept } = planChange(existing, {
    ...rest,
    ...(maxBytesGiven ? { max_bytes } : {}),
    num_replicas: keepsCopies ? existing.config.num_replicas : replicas,
  });
  if (changes.length === 0) return [...kept];
  const what = `stream ${name}: ${changes.join(', ')}`;
  if (!dryRun) await told(`update ${what}`, () => manager.streams.update(name, send));
  return [`${dryRun ? 'would update' : 'updated'} ${what}`, ...kept];
}

const copies = (replicas: number): string => (replicas === 1 ? '1 replica' : `${replicas} replicas`);

const maxBytes = (given: number | undefined, usual: number) => ({
  max_bytes: given ?? usual,
  maxBytesGiven: given !== undefined,
});

function replicasOf({ info }: NatsConnection, given: number | undefined): Pick<Setup, 'replicas' | 'replicasGiven'> {
  const isClustered = info?.cluster !== undefined && info.cluster !== '';
  return { replicas: given ?? (isClustered ? clusterReplicas : 1), replicasGiven: given !== undefined };
}

function knowsCompression({ info }: NatsConnection): boolean {
  const [major = 0, minor = 0] = (info?.version ?? '').split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 10);
}
