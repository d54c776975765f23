import { z } from 'zod';
import { databaseVariables, makeDatabase, type Database, type SqlClient } from '../database/index.ts';
import { loadConfig, type Environment } from '../shared/node/config/index.ts';
import type { Logger } from '../shared/node/logging/index.ts';

const rows = z.object({
  scripts: z.array(z.object({ path: z.string(), sha256: z.string() })),
  previews: z.number(),
  builds: z.array(z.string()),
  calls: z.array(z.object({ name: z.string(), state: z.string() })),
});
export type SessionRows = z.infer<typeof rows>;

/** Reads rows back from the replica; a read that was routed to the primary is an error here. */
export interface Replica {
  /** Rows of the session that last stored a script with this sha256; null while there is none. */
  readonly rowsOfScript: (sha256: string) => Promise<SessionRows | null>;
  readonly close: () => Promise<void>;
}

export function openReplica(env: Environment, logger: Logger): Replica {
  const database: Database = makeDatabase({
    config: loadConfig(env, databaseVariables),
    logger,
    applicationName: 'spark-e2e',
  });
  return {
    rowsOfScript: (sha256) => onReplica(database, (client) => readRows(client, sha256)),
    close: () => database.close(),
  };
}

async function onReplica<T>(database: Database, read: (client: SqlClient) => Promise<T>): Promise<T> {
  const { value, server } = await database.read(read);
  if (server !== 'replica') throw new Error(`read from the ${server}, not from the replica`);
  return value;
}

async function readRows(client: SqlClient, sha256: string): Promise<SessionRows | null> {
  const found = await client.rows(
    {
      text: `WITH session AS (
               SELECT session_id FROM spark_generated_scripts WHERE sha256 = $1 ORDER BY stored_at DESC LIMIT 1)
             SELECT (SELECT json_agg(json_build_object('path', path, 'sha256', sha256))
                     FROM spark_generated_scripts JOIN session USING (session_id)) AS scripts,
                    (SELECT count(*)::int FROM spark_previews JOIN session USING (session_id)) AS previews,
                    (SELECT coalesce(json_agg(state), '[]') FROM spark_build_jobs JOIN session USING (session_id)) AS builds,
                    (SELECT coalesce(json_agg(json_build_object('name', name, 'state', state)), '[]')
                     FROM spark_function_calls JOIN session USING (session_id)) AS calls
             FROM session`,
      values: [sha256],
    },
    rows,
  );
  return found[0] ?? null;
}
