import { runner } from 'node-pg-migrate';
import { Client, escapeIdentifier } from 'pg';
import { DependencyError } from '../shared/errors/index.ts';
import type { Logger } from '../shared/node/logging/index.ts';
import { withMigrations } from './migrationFiles.ts';
import { clientConfig, type DatabaseConfig } from './pool.ts';
import { compareSchema, migrationsTable, type SchemaStatus } from './schemaStatus.ts';
import { toDatabaseError } from './sqlError.ts';

/** What the database has of the schema; an empty database has nothing applied. */
export function readSchemaStatus(config: DatabaseConfig, logger: Logger): Promise<SchemaStatus> {
  return withOwner(config, logger, statusOf);
}

/**
 * Applies what is pending, all in one transaction; returns the names. Many may start at once: one works, the others wait
 * for its lock and find nothing left. Rejects with `db_schema` when the database is newer than this program.
 */
export function migrate(
  config: DatabaseConfig,
  logger: Logger,
  options: {
    /** An admin works as this role, which then owns what is made. */
    readonly as?: string;
  } = {},
): Promise<string[]> {
  return withOwner(config, logger, async (client) => {
    if (options.as !== undefined) await client.query(`SET ROLE ${escapeIdentifier(options.as)}`);
    refuseNewer(await statusOf(client));
    const done = await withMigrations((dir) =>
      runner({
        dbClient: client,
        dir,
        direction: 'up',
        migrationsTable,
        schema: 'public',
        advisoryLockMode: 'wait',
        logger: {
          info: (message) => logger.debug(message),
          warn: (message) => logger.warn(message),
          error: (message) => logger.error(message),
        },
      }),
    );
    refuseNewer(await statusOf(client));
    return done.map(({ name }) => name);
  });
}

function refuseNewer({ unknown }: SchemaStatus): void {
  if (unknown.length === 0) return;
  throw new DependencyError(
    'db_schema',
    `The database is newer than this program: it has ${unknown.join(', ')}. Nothing was changed; install the newer version.`,
    { retryable: false, data: { unknown } },
  );
}

const statusOf = (client: Client): Promise<SchemaStatus> =>
  compareSchema({ rows: async ({ text }, row) => row.array().parse((await client.query(text)).rows) });

async function withOwner<T>(config: DatabaseConfig, logger: Logger, work: (client: Client) => Promise<T>): Promise<T> {
  const settings = clientConfig({ config, logger, server: 'primary', applicationName: 'spark-db' });
  // A migration may wait for its lock and rewrite a table: no time limit but the operator's.
  const client = new Client({ ...settings, statement_timeout: 0, lock_timeout: 0, query_timeout: 0 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw toDatabaseError(error, 'primary');
  } finally {
    await client.end().catch(() => undefined);
  }
}
