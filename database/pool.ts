import { Pool, Result, type PoolClient, type PoolConfig, type QueryResult } from 'pg';
import type { z } from 'zod';
import { DependencyError, InvariantError, issuesOf } from '../shared/errors/index.ts';
import type { Config } from '../shared/node/config/index.ts';
import type { Logger } from '../shared/node/logging/index.ts';
import { toDatabaseError, type ServerRole } from './sqlError.ts';

/** Every variable that a program needs to open the database; pass it to `loadConfig`. */
export const databaseVariables = [
  'SLATE_DB_HOST',
  'SLATE_DB_REPLICA_HOST',
  'SLATE_DB_PORT',
  'SLATE_DB_NAME',
  'SLATE_DB_USER',
  'SLATE_DB_PASSWORD',
  'SPARK_DB_REPLICA_PORT',
  'SPARK_DB_SSL',
] as const;
export type DatabaseConfig = Config<(typeof databaseVariables)[number]>;

/** One SQL statement; a `name` makes the server prepare it once per connection. */
export interface SqlStatement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** A connection in use. Every rejection is a DependencyError (`db_unavailable`, `db_rejected`, `db_schema`). */
export interface SqlClient {
  readonly run: (statement: SqlStatement) => Promise<number>;
  /** Rows parsed by `row`; an unexpected shape is an InvariantError. */
  readonly rows: <T>(statement: SqlStatement, row: z.ZodType<T>) => Promise<T[]>;
}

/** Connections of one pool now; `waiting`: callers that wait for one. */
export interface PoolStats {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
}

export interface SqlPool {
  readonly server: ServerRole;
  readonly stats: () => PoolStats;
  /** Borrows a connection for `work`. */
  readonly use: <T>(work: (client: SqlClient) => Promise<T>) => Promise<T>;
  /** Runs `work` in one transaction; returns its value and the WAL position right after the commit. */
  readonly transaction: <T>(work: (client: SqlClient) => Promise<T>) => Promise<{ value: T; position: WalPosition }>;
  /**
   * The same for statements that need no answers in between: all are sent at once, so the transaction costs one round
   * trip and one commit.
   */
  readonly transactAll: (statements: readonly SqlStatement[]) => Promise<WalPosition>;
  readonly end: () => Promise<void>;
}

/** A place in the write-ahead log. Positions of different timelines cannot be compared. */
export interface WalPosition {
  readonly timeline: number;
  readonly lsn: bigint;
}

export interface PoolOptions {
  readonly config: DatabaseConfig;
  readonly logger: Logger;
  readonly server: ServerRole;
  readonly applicationName: string;
  readonly maxConnections?: number;
  readonly statementTimeoutMs?: number;
}

/** Opens nothing until first used. A server that is away costs each caller at most `connectTimeoutMs` (3 s). */
export function makePool(options: PoolOptions): SqlPool {
  const { config, logger, server } = options;
  // Pipeline: statements of one connection are sent without waiting for the answer of the one before.
  const pool = new Pool({ ...clientConfig(options), pipeline: true });
  // Without listeners a broken connection, idle or borrowed, would end the process.
  pool.on('error', (error) => {
    logger.warn({ err: error, server }, 'an idle PostgreSQL connection was lost');
  });
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });

  async function use<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    if (config.SLATE_DB_HOST === undefined) {
      throw new DependencyError('db_unavailable', 'No database is configured: SLATE_DB_HOST is not set.', {
        retryable: false,
      });
    }
    const client = await pool.connect().catch((error: unknown) => {
      throw toDatabaseError(error, server);
    });
    let broken = true;
    try {
      const value = await work(client);
      broken = false;
      return value;
    } catch (error) {
      // A refused statement leaves a good connection; anything else may have left it half way.
      broken = !(error instanceof DependencyError && error.code !== 'db_unavailable');
      throw error;
    } finally {
      client.release(broken);
    }
  }

  return {
    server,
    stats: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    use: (work) => use((client) => work(toSqlClient(client, server))),
    transaction: (work) =>
      use(async (client) => {
        const sql = toSqlClient(client, server);
        await sql.run({ text: 'BEGIN' });
        let value;
        try {
          value = await work(sql);
        } catch (error) {
          await sql.run({ text: 'ROLLBACK' }).catch(() => undefined);
          throw error;
        }
        return { value, position: await commit(client, server) };
      }),
    transactAll: (statements) =>
      use(async (client) => {
        const sql = toSqlClient(client, server);
        // Sent behind a refused statement, COMMIT ends the transaction without keeping anything.
        const sent = [{ text: 'BEGIN' }, ...statements].map((statement) => sql.run(statement));
        const [committed, ...ran] = await Promise.allSettled([commit(client, server), ...sent]);
        const refused = ran.find((outcome) => outcome.status === 'rejected');
        if (refused !== undefined) throw refused.reason;
        if (committed.status === 'rejected') throw committed.reason;
        return committed.value;
      }),
    end: () => pool.end(),
  };
}

/** pg settings of one server, for pools and for the single connection of migrations. */
export function clientConfig(options: PoolOptions): PoolConfig {
  const { config, server, applicationName, maxConnections = 5, statementTimeoutMs = 15_000 } = options;
  const replica = server === 'replica';
  return {
    host: (replica ? config.SLATE_DB_REPLICA_HOST : undefined) ?? config.SLATE_DB_HOST,
    port: (replica ? config.SPARK_DB_REPLICA_PORT : undefined) ?? config.SLATE_DB_PORT,
    database: config.SLATE_DB_NAME,
    user: config.SLATE_DB_USER,
    password: config.SLATE_DB_PASSWORD,
    ssl: config.SPARK_DB_SSL === 'off' ? false : { rejectUnauthorized: config.SPARK_DB_SSL === 'verify-full' },
    application_name: applicationName,
    max: maxConnections,
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: statementTimeoutMs,
    lock_timeout: Math.min(statementTimeoutMs, 10_000),
    idle_in_transaction_session_timeout: 60_000,
    // A half-open connection never answers: the server's own limit would not be heard.
    query_timeout: statementTimeoutMs + 5_000,
  };
}

function toSqlClient(client: PoolClient, server: ServerRole): SqlClient {
  const query = async (statement: SqlStatement): Promise<QueryResult> => {
    try {
      return await client.query({ ...statement, values: [...(statement.values ?? [])] });
    } catch (error) {
      throw toDatabaseError(error, server);
    }
  };
  return {
    run: async (statement) => (await query(statement)).rowCount ?? 0,
    rows: async (statement, row) => {
      const result = await query(statement);
      const parsed = row.array().safeParse(result.rows);
      if (parsed.success) return parsed.data;
      throw new InvariantError('PostgreSQL returned rows of an unexpected shape.', {
        data: { statement: statement.text, issues: issuesOf(parsed.error) },
      });
    },
  };
}

// One round trip for both: the position is read after the commit record was written, as read-your-writes needs it.
async function commit(client: PoolClient, server: ServerRole): Promise<WalPosition> {
  try {
    const results: unknown = await client.query(
      `COMMIT; SELECT pg_current_wal_lsn()::text AS lsn, ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint AS timeline`,
    );
    const last: unknown = Array.isArray(results) ? results.at(-1) : undefined;
    const row = last instanceof Result ? (last.rows[0] as { lsn: string; timeline: string }) : undefined;
    if (row === undefined) throw new InvariantError('A commit reported no WAL position.');
    return { timeline: Number(row.timeline), lsn: parseLsn(row.lsn) };
  } catch (error) {
    throw toDatabaseError(error, server);
  }
}

/** `16/B374D848` as a number of bytes. */
export function parseLsn(text: string): bigint {
  const [high = '', low = ''] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}
