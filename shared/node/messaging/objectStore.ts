import { createHash } from 'node:crypto';
import { JetStreamApiError, StorageType, jetstream, type StreamConfig } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { Objm, type ObjectStore } from '@nats-io/obj';
import { framesBucket } from '../../contracts/index.ts';
import { InvariantError } from '../../errors/index.ts';
import type { NatsLink } from './connect.ts';

/** Frames by their content: the bytes of `spark_previews.sha256` in the object store `SPARK_FRAMES`. */
export interface FrameStore {
  /**
   * Uploads the bytes unless they are there; `no_room` when the bucket is full, which waiting does not mend. Rejects with
   * a DependencyError.
   */
  readonly put: (sha256: string, bytes: Uint8Array) => Promise<{ readonly stored: 'now' | 'before' | 'no_room' }>;
  /** The bytes; undefined when the store does not keep them (any more). */
  readonly get: (sha256: string) => Promise<Uint8Array | undefined>;
}

/** JetStream's ways to say full: limits of the account, of the server's memory and disk, of the bucket. */
const noRoomCodes: ReadonlySet<number> = new Set([10002, 10023, 10028, 10047, 10077]);

export function makeFrameStore(link: NatsLink): FrameStore {
  const frames = (connection: NatsConnection): Promise<ObjectStore> =>
    new Objm(jetstream(connection)).open(framesBucket);
  return {
    put: (sha256, bytes) =>
      link.use(async (connection) => {
        if (digest(bytes) !== sha256) throw new InvariantError('The bytes of a frame are not those of its sha256.');
        const store = await frames(connection);
        const known = await store.info(sha256);
        if (known !== null && !known.deleted) return { stored: 'before' };
        try {
          // What was uploaded before the bucket was full is removed by the client.
          await store.putBlob({ name: sha256 }, bytes);
        } catch (error) {
          if (error instanceof JetStreamApiError && noRoomCodes.has(error.code)) return { stored: 'no_room' };
          throw error;
        }
        return { stored: 'now' };
      }),
    get: (sha256) =>
      link.use(async (connection) => {
        const bytes = await (await frames(connection)).getBlob(sha256);
        // A half-expired object is as good as none.
        return bytes !== null && digest(bytes) === sha256 ? bytes : undefined;
      }),
  };
}

/** Makes the bucket with the limits of its stream; pictures are compressed already. */
export async function makeFrameBucket(connection: NatsConnection, limits: Partial<StreamConfig>): Promise<void> {
  const { max_age: ttl, max_bytes, num_replicas: replicas } = limits;
  await new Objm(jetstream(connection)).create(framesBucket, {
    storage: StorageType.File,
    description: 'SPARK preview frames by sha256',
    ...(ttl === undefined ? {} : { ttl }),
    ...(max_bytes === undefined ? {} : { max_bytes }),
    ...(replicas === undefined ? {} : { replicas }),
  });
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
