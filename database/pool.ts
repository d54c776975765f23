import { setImmediate as afterTheCaller } from 'node:timers/promises';
import { Pool, type PoolClient, type PoolConfig, type QueryResult } from 'pg';
import type { z } from 'zod';
import { DependencyError, InvariantError, issuesOf } from '../shared/errors/index.ts';
import type { Config } from '../shared/node/config/index.ts';
import type { Logger } from '../shared/node/logging/index.ts';
import { copyIn } from './copyIn.ts';
import { makeBreaker, type BreakerState } from './breaker.ts';
import { isServerAway, sqlStateOf, toDatabaseError, type ServerRole } from './sqlError.ts';
import { tlsOf } from './tls.ts';
import { walPositionRow, walPositionSql, type WalPosition } from './walPosition.ts';

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
  'SPARK_DB_SSL_CA',
  'SPARK_DB_SSL_CERT',
  'SPARK_DB_SSL_KEY',
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

/** What a committed write leaves behind. */
export interface Committed<T> {
  readonly value: T;
  /**
   * The WAL position right after the commit. It comes a moment later; undefined when the connection broke before it
   * came. Never rejects.
   */
  readonly position: Promise<WalPosition | undefined>;
}

/** A connection that can COPY: made with `pipeline: false`, so each statement waits for the one before. */
export interface CopyClient extends SqlClient {
  /** Sends `bytes` to a `COPY … FROM STDIN`. */
  readonly copyIn: (text: string, bytes: Buffer) => Promise<void>;
}

export interface SqlPool {
  readonly server: ServerRole;
  readonly stats: () => PoolStats;
  /** Whether new connections are tried at all. */
  readonly breaker: () => BreakerState;
  /** Borrows a connection for `work`. */
  readonly use: <T>(work: (client: SqlClient) => Promise<T>) => Promise<T>;
  /** Runs `work` in one transaction. */
  readonly transaction: <T>(work: (client: CopyClient) => Promise<T>) => Promise<Committed<T>>;
  /**
   * The same for statements that need no answers in between: all are sent at once, so the transaction costs one round
   * trip and one commit. A single statement is its own transaction.
   */
  readonly transactAll: (statements: readonly [SqlStatement, ...SqlStatement[]]) => Promise<Committed<undefined>>;
  readonly end: () => Promise<void>;
}

export interface PoolOptions {
  readonly config: DatabaseConfig;
  readonly logger: Logger;
  readonly server: ServerRole;
  readonly applicationName: string;
  readonly maxConnections?: number;
  readonly statementTimeoutMs?: number;
  /** Statements are sent without waiting for the answer of the one before (true); pg refuses COPY then. */
  readonly pipeline?: boolean;
}

/**
 * Opens nothing until first used. A server that is away costs the first callers at most 3 s each (connect timeout); then
 * the breaker refuses at once. Throws a ConfigError when the TLS settings do not fit together.
 */
export function makePool(options: PoolOptions): SqlPool {
  const { config, logger, server, pipeline = true } = options;
  const settings = clientConfig(options);
  const pool = new Pool({ ...settings, pipeline });
  const breaker = makeBreaker({ counts: isWorthResting });
  /** Connections of an earlier generation may be half-open: nobody has heard of them since one was lost silently. */
  let generation = 0;
  const generations = new WeakMap<PoolClient, number>();
  // Without listeners a broken connection, idle or borrowed, would end the process.
  pool.on('error', (error) => {
    logger.warn({ err: error, server }, 'an idle PostgreSQL connection was lost');
  });
  pool.on('connect', (client) => {
    generations.set(client, generation);
    client.on('error', () => undefined);
  });

  async function connect(): Promise<PoolClient> {
    try {
      return await pool.connect();
    } catch (error) {
      throw toDatabaseError(error, server);
    }
  }

  async function borrow(): Promise<PoolClient> {
    if (config.SLATE_DB_HOST === undefined) {
      throw new DependencyError('db_unavailable', 'No database is configured: SLATE_DB_HOST is not set.', {
        retryable: false,
      });
    }
    for (;;) {
      // Only a new connection says anything about the server: not an idle one, nor a wait for one that is in use.
      const isNew = pool.idleCount === 0 && pool.totalCount < (settings.max ?? Infinity);
      const client = isNew ? await breaker.through(connect) : await connect();
      if (generations.get(client) === generation) return client;
      client.release(true);
    }
  }

  function giveBack(client: PoolClient, error?: unknown): void {
    // A refused statement leaves a good connection; anything else may have left it half way.
    const isBroken = error !== undefined && !(error instanceof DependencyError && error.code !== 'db_unavailable');
    if (isBroken && isServerAway(error) && error instanceof DependencyError && sqlStateOf(error) === undefined) {
      generation += 1;
    }
    client.release(isBroken);
  }

  async function use<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await borrow();
    try {
      const value = await work(client);
      giveBack(client);
      return value;
    } catch (error) {
      giveBack(client, error);
      throw error;
    }
  }

  /** Runs `work`, whose last statement commits; the position is asked after the caller has its answer. */
  async function commitWith<T>(work: (sql: CopyClient, client: PoolClient) => Promise<T>): Promise<Committed<T>> {
    const client = await borrow();
    const sql = toSqlClient(client, server);
    try {
      return { value: await work(sql, client), position: positionBehind(client, sql) };
    } catch (error) {
      giveBack(client, error);
      throw error;
    }
  }

  /** Gives the connection back when the answer has come. */
  async function positionBehind(client: PoolClient, sql: SqlClient): Promise<WalPosition | undefined> {
    try {
      await afterTheCaller();
      const [position] = await sql.rows({ name: 'wal-position', text: walPositionSql }, walPositionRow);
      giveBack(client);
      return position;
    } catch (error) {
      giveBack(client, error);
      logger.warn({ err: error, server }, 'a write is committed, but its WAL position did not come');
      return undefined;
    }
  }

  return {
    server,
    stats: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    breaker: breaker.state,
    use: (work) => use((client) => work(toSqlClient(client, server))),
    transaction: (work) =>
      commitWith(async (sql, client) => {
        await sql.run({ text: 'BEGIN' });
        let value;
        try {
          value = await work(sql);
        } catch (error) {
          await sql.run({ text: 'ROLLBACK' }).catch(() => undefined);
          throw error;
        }
        await commit(client, server);
        return value;
      }),
    transactAll: (statements) =>
      commitWith(async (sql) => {
        // Sent behind a refused statement, COMMIT ends the transaction without keeping anything.
        const all = statements.length === 1 ? statements : [{ text: 'BEGIN' }, ...statements, { text: 'COMMIT' }];
        const outcomes = await Promise.allSettled(all.map((statement) => sql.run(statement)));
        const refused = outcomes.find((outcome) => outcome.status === 'rejected');
        if (refused !== undefined) throw refused.reason;
        return undefined;
      }),
    end: () => pool.end(),
  };
}

/** Too many connections is said at once and says that the server is up; all else that keeps us out is worth a rest. */
const isWorthResting = (error: unknown): boolean =>
  isServerAway(error) && error instanceof DependencyError && sqlStateOf(error) !== '53300';

/** pg settings of one server, for pools and for the single connection of migrations. */
export function clientConfig(options: PoolOptions): PoolConfig {
  const { config, server, applicationName, maxConnections = 5, statementTimeoutMs = 15_000 } = options;
  const replica = server === 'replica';
  return {
    host: (replica ? config.SLATE_DB_REPLICA_HOST : undefined) ?? config.SLATE_DB_HOST,
    port: (replica ? config.SPARK_DB_REPLICA_PORT : undefined) ?? config.SLATE_DB_PORT,
    database: config.SLATE_DB_NAME,
    user: config.SLATE_DB_USER,
    password: config.SLATE_DB_PASSWORD ?? (() => askedForPassword(server, config.SLATE_DB_USER)),
    ssl: tlsOf(config),
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

/** pg calls it only where the server asks; its own words for a missing password are about SASL. */
function askedForPassword(server: ServerRole, user: string): never {
  throw new DependencyError(
    'db_unavailable',
    `The PostgreSQL ${server} asks for the password of ${user}, and none is set: set SLATE_DB_PASSWORD.`,
    { retryable: false, data: { server } },
  );
}

const arrays = new WeakMap<z.ZodType, z.ZodType>();

/** Making a schema costs zod thirty times what it costs to parse a row with it. */
function arrayOf<T>(row: z.ZodType<T>): z.ZodType<T[]> {
  const made = arrays.get(row) ?? row.array();
  arrays.set(row, made);
  // What is kept for a schema is the array of that very schema.
  return made as z.ZodType<T[]>;
}

function toSqlClient(client: PoolClient, server: ServerRole): CopyClient {
  const query = async (statement: SqlStatement): Promise<QueryResult> => {
    try {
      return await client.query({ ...statement, values: [...(statement.values ?? [])] });
    } catch (error) {
      throw toDatabaseError(error, server);
    }
  };
  return {
    run: async (statement) => (await query(statement)).rowCount ?? 0,
    async copyIn(text, bytes) {
      try {
        await copyIn(client, text, bytes);
      } catch (error) {
        throw toDatabaseError(error, server);
      }
    },
    rows: async (statement, row) => {
      const result = await query(statement);
      const parsed = arrayOf(row).safeParse(result.rows);
      if (parsed.success) return parsed.data;
      throw new InvariantError('PostgreSQL returned rows of an unexpected shape.', {
        data: { statement: statement.text, issues: issuesOf(parsed.error) },
      });
    },
  };
}

async function commit(client: PoolClient, server: ServerRole): Promise<void> {
  try {
    const { command } = await client.query('COMMIT');
    if (command === 'COMMIT') return;
  } catch (error) {
    throw toDatabaseError(error, server);
  }
  // PostgreSQL takes COMMIT of a failed transaction for ROLLBACK without calling it an error.
  throw new InvariantError('A statement of the transaction was refused and nobody said so: nothing of it was kept.');
}
