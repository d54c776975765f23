import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { migrationNames, migrationsFolder } from './migrationFiles.ts';
import { migrationsTable } from './schemaStatus.ts';

export const schemaFile = join(import.meta.dirname, 'schema.sql');

/**
 * The text of `schema.sql`: all migrations in order, in one transaction, and the entries that tell `spark-db migrate`
 * that they are done. For `psql -f database/schema.sql` on an empty database. `count`: only so many, an earlier version.
 */
export async function makeSchemaText(count?: number): Promise<string> {
  const names = (await migrationNames()).slice(0, count);
  const parts = await Promise.all(
    names.map(async (name) => `-- ${name}\n\n${await readFile(join(migrationsFolder, `${name}.sql`), 'utf8')}`),
  );
  const entries = names.map((name) => `  ('${name}', now())`).join(',\n');
  return `-- SPARK: the whole schema, made from database/migrations by "node database/writeSchema.ts". Do not edit.
-- psql -v ON_ERROR_STOP=1 -f database/schema.sql on an empty database; "spark-db migrate" afterwards changes nothing.

BEGIN;

CREATE TABLE ${migrationsTable} (
  id serial PRIMARY KEY,
  name varchar(255) NOT NULL,
  run_on timestamp NOT NULL
);

${parts.join('\n')}
INSERT INTO ${migrationsTable} (name, run_on) VALUES
${entries};

COMMIT;
`;
}
