import { ConfigError } from '../shared/node/config/index.ts';
import { DependencyError } from '../shared/errors/index.ts';
import type { Lifecycle } from '../shared/node/lifecycle/index.ts';
import type { Logger } from '../shared/node/logging/index.ts';
import { makePool, type DatabaseConfig, type PoolStats, type SqlClient } from './pool.ts';
import { readReplicaState } from './replica.ts';
import { sqlStateOf } from './sqlError.ts';

export interface ReplicaAnswer<T> {
  readonly value: T;
  /** How far the replica's data is behind, in milliseconds. */
  readonly lagMs: number;
}

/** The door to the replica alone: nothing is ever asked of the primary, and nothing can be written. */
export interface ReplicaReader {
  /**
   * Runs `work` in one read-only snapshot, so that all its figures are of one moment. Rejects with a DependencyError
   * (`db_*`) when the replica is away, or the server is none.
   */
  readonly read: <T>(work: (reader: SqlClient) => Promise<T>) => Promise<ReplicaAnswer<T>>;
  /** The pool's connections now. */
  readonly stats: () => PoolStats;
  readonly close: () => Promise<void>;
}

export interface ReplicaReaderOptions {
  readonly config: DatabaseConfig;
  readonly logger: Logger;
  readonly lifecycle?: Pick<Lifecycle, 'own'>;
  readonly applicationName: string;
  readonly maxConnections: number;
  readonly statementTimeoutMs: number;
}

/** Opens nothing until first used. Throws a ConfigError where no replica is named. */
export function makeReplicaReader(options: ReplicaReaderOptions): ReplicaReader {
  const { config, logger, lifecycle, ...limits } = options;
  const host = config.SLATE_DB_REPLICA_HOST;
  if (host === undefined) throw new ConfigError([{ path: 'SLATE_DB_REPLICA_HOST', message: 'is not set' }]);
  const pool = makePool({ config: { ...config, SLATE_DB_HOST: host }, logger, server: 'replica', ...limits });

  const once = <T>(work: (reader: SqlClient) => Promise<T>): Promise<ReplicaAnswer<T>> =>
    pool.use(async (client) => {
      // Before the snapshot: the data is never older than what is told of it.
      const { lagMs } = await readReplicaState(client);
      await client.run({ text: 'BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ' });
      try {
        return { value: await work(client), lagMs };
      } finally {
        // A connection that is gone has nothing to take back.
        await client.run({ text: 'ROLLBACK' }).catch(() => undefined);
      }
    });

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= pool.end());
  lifecycle?.own('replica', close);
  return {
    async read(work) {
      try {
        return await once(work);
      } catch (error) {
        if (!isInTheWay(error)) throw error;
        logger.debug({ err: error }, 'a read was in the way of replay: it is repeated');
        return await once(work);
      }
    },
    stats: pool.stats,
    close,
  };
}

/** Replay needed what the read looked at: the next snapshot is past it. */
const isInTheWay = (error: unknown): boolean => error instanceof DependencyError && sqlStateOf(error) === '40001';
