import type { SparkEvent } from '../shared/contracts/index.ts';
import type { Lifecycle } from '../shared/node/lifecycle/index.ts';
import type { Logger } from '../shared/node/logging/index.ts';
import { makeDirectWrites } from './directWrite.ts';
import { runExclusively, type Exclusive } from './exclusive.ts';
import { readHealth, type DatabaseHealth } from './health.ts';
import { makeLastWrite, type ReadAfter } from './lastWrite.ts';
import {
  makePool,
  type Committed,
  type CopyClient,
  type DatabaseConfig,
  type PoolStats,
  type SqlClient,
} from './pool.ts';
import { rollDay, type RolledTable } from './queries/daily.ts';
import { makeReadRouter, type ReadOutcome } from './replica.ts';

/** The one door to PostgreSQL for a service. Every rejection is a DependencyError (`db_*`); nothing connects before use. */
export interface Database {
  /** Runs `work` in one transaction on the primary, or writes the rows of these events. */
  readonly write: {
    (events: readonly SparkEvent[]): Promise<void>;
    <T>(work: (client: SqlClient) => Promise<T>): Promise<T>;
  };
  /** Runs `work` in one transaction on a connection of the primary that can COPY, for writing much at once. */
  readonly bulk: <T>(work: (client: CopyClient) => Promise<T>) => Promise<T>;
  /**
   * Runs `work` on the replica when it is healthy, close enough and past this database's own last write (or `after`),
   * else on the primary; tells which it was.
   */
  readonly read: <T>(
    work: (reader: SqlClient) => Promise<T>,
    options?: { readonly after?: ReadAfter },
  ) => Promise<ReadOutcome<T>>;
  /** What a read must be past to see the writes of this object; a read elsewhere can ask to see it. */
  readonly lastWrite: () => Promise<ReadAfter>;
  /** The pools' connections now; `replica` is null when none is configured. */
  readonly stats: () => { readonly primary: PoolStats; readonly replica: PoolStats | null };
  /** Asks both servers. Never rejects. */
  readonly health: () => Promise<DatabaseHealth>;
  /** Rolls one UTC day, `YYYY-MM-DD`; for a role that may execute `spark_rollup_day`. */
  readonly rollupDay: (day: string) => Promise<RolledTable[]>;
  /** Runs `work` on one connection of the primary while no other session does so under the same name; never waits. */
  readonly exclusively: <T>(options: {
    readonly name: string;
    readonly signal: AbortSignal;
    readonly work: (client: SqlClient) => Promise<T>;
  }) => Promise<Exclusive<T>>;
  readonly close: () => Promise<void>;
}

export interface DatabaseOptions {
  readonly config: DatabaseConfig;
  readonly logger: Logger;
  readonly lifecycle?: Pick<Lifecycle, 'own'>;
  readonly applicationName?: string;
  readonly maxConnections?: number;
  readonly statementTimeoutMs?: number;
}

/** Opens nothing; see Database. */
export function makeDatabase(options: DatabaseOptions): Database {
  const { config, applicationName = 'spark' } = options;
  const logger = options.logger.child({ part: 'database' });
  const limits = {
    ...(options.maxConnections === undefined ? {} : { maxConnections: options.maxConnections }),
    ...(options.statementTimeoutMs === undefined ? {} : { statementTimeoutMs: options.statementTimeoutMs }),
  };
  const primary = makePool({ config, logger, applicationName, server: 'primary', ...limits });
  const bulk = makePool({ config, logger, applicationName, server: 'primary', pipeline: false, ...limits });
  const replica =
    config.SLATE_DB_REPLICA_HOST === undefined
      ? undefined
      : makePool({ config, logger, applicationName, server: 'replica', ...limits });
  const router = makeReadRouter({ primary, replica, logger });
  const lastWrite = makeLastWrite();
  const directWrites = makeDirectWrites();
  let closing: Promise<void> | undefined;

  async function keep<T>(commit: () => Promise<Committed<T>>): Promise<T> {
    const keepPosition = lastWrite.begin();
    const { value, position } = await commit();
    keepPosition(position);
    return value;
  }

  async function writeEvents(events: readonly SparkEvent[]): Promise<void> {
    const { statements, committed } = directWrites.of(events);
    const [first, ...others] = statements;
    if (first === undefined) return;
    try {
      await keep(() => primary.transactAll([first, ...others]));
      committed();
    } catch (error) {
      // Behind the same name another server may answer next, one that never had these sessions.
      directWrites.forget();
      throw error;
    }
  }

  // Both overloads share one body; which type comes back follows from what was passed.
  async function write<T>(work: ((client: SqlClient) => Promise<T>) | readonly SparkEvent[]): Promise<T | void> {
    return typeof work === 'function' ? keep(() => primary.transaction<T | void>(work)) : writeEvents(work);
  }

  const database: Database = {
    write,
    bulk: (work) => keep(() => bulk.transaction(work)),
    async read(work, options) {
      return router.read(work, options?.after ?? (await lastWrite.get()));
    },
    lastWrite: () => lastWrite.get(),
    stats: () => ({ primary: sumOf(primary.stats(), bulk.stats()), replica: replica?.stats() ?? null }),
    rollupDay: (day) => database.write((client) => rollDay(client, day)),
    exclusively: (exclusive) => runExclusively(primary, exclusive),
    health: () => readHealth({ primary, replica, router }),
    close() {
      closing ??= Promise.all([primary.end(), bulk.end(), replica?.end()]).then(() => undefined);
      return closing;
    },
  };
  options.lifecycle?.own('database', () => database.close());
  return database;
}

const sumOf = (a: PoolStats, b: PoolStats): PoolStats => ({
  total: a.total + b.total,
  idle: a.idle + b.idle,
  waiting: a.waiting + b.waiting,
});
