import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import { Client } from 'pg';
import { z } from 'zod';
import { DependencyError } from '../shared/errors/index.ts';
import type { Logger } from '../shared/node/logging/index.ts';
import { clientConfig, type DatabaseConfig } from './pool.ts';
import { toDatabaseError } from './sqlError.ts';

export const migrationsTable = 'spark_schema_migrations';
export const migrationsFolder = join(import.meta.dirname, 'migrations');

export interface SchemaStatus {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  /** Applied to the database but not known here: the database is newer than this program. */
  readonly unknown: readonly string[];
}

/** The migrations' names in order, `001_sessions_and_events` first. */
export async function migrationNames(folder = migrationsFolder): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .sort();
}

/** What the database has of the schema; an empty database has nothing applied. */
export function readSchemaStatus(config: DatabaseConfig, logger: Logger): Promise<SchemaStatus> {
  return withOwner(config, logger, statusOf);
}

/**
 * Applies what is pending, all in one transaction; returns the names. Many may start at once: one works, the others wait
 * for its lock and find nothing left. Rejects with `db_schema` when the database is newer than this program.
 */
export function migrate(config: DatabaseConfig, logger: Logger): Promise<string[]> {
  return withOwner(config, logger, async (client) => {
    refuseNewer(await statusOf(client));
    const done = await runner({
      dbClient: client,
      dir: migrationsFolder,
      direction: 'up',
      migrationsTable,
      schema: 'public',
      advisoryLockMode: 'wait',
      logger: {
        info: (message) => logger.debug(message),
        warn: (message) => logger.warn(message),
        error: (message) => logger.error(message),
      },
    });
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

async function statusOf(client: Client): Promise<SchemaStatus> {
  const known = await migrationNames();
  const found = await client.query(`SELECT to_regclass('public.${migrationsTable}') IS NOT NULL AS exists`);
  const { exists } = z.object({ exists: z.boolean() }).parse(found.rows[0]);
  if (!exists) return { applied: [], pending: known, unknown: [] };
  const rows = await client.query(`SELECT name FROM public.${migrationsTable} ORDER BY name`);
  const applied = z
    .array(z.object({ name: z.string() }))
    .parse(rows.rows)
    .map(({ name }) => name);
  return {
    applied: applied.filter((name) => known.includes(name)),
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

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
