import { z } from 'zod';
import { migrationNames } from './migrationFiles.ts';
import type { SqlClient } from './pool.ts';

export const migrationsTable = 'spark_schema_migrations';

export interface SchemaStatus {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  /** Applied to the database but not known here: the database is newer than this program. */
  readonly unknown: readonly string[];
}

/** What the database has of the schema; an empty database has nothing applied. */
export async function compareSchema(reader: Pick<SqlClient, 'rows'>): Promise<SchemaStatus> {
  const known = await migrationNames();
  const [found] = await reader.rows(
    { text: `SELECT to_regclass('public.${migrationsTable}') IS NOT NULL AS exists` },
    z.object({ exists: z.boolean() }),
  );
  if (found?.exists !== true) return { applied: [], pending: known, unknown: [] };
  const rows = await reader.rows(
    { text: `SELECT name FROM public.${migrationsTable} ORDER BY name` },
    z.object({ name: z.string() }),
  );
  const applied = rows.map(({ name }) => name);
  return {
    applied: applied.filter((name) => known.includes(name)),
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}
