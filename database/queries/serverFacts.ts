import { z } from 'zod';
import type { SqlClient } from '../pool.ts';

const facts = z.object({
  /** `18.1`, as the server says it. */
  version: z.string(),
  major: z.number(),
  inRecovery: z.boolean(),
  /** A replica's stream from its primary is up. */
  receiving: z.boolean(),
  readOnly: z.boolean(),
  /** `TLSv1.3`; null: this connection is not encrypted. */
  tls: z.string().nullable(),
  role: z.string(),
  database: z.string(),
});
export type PostgresFacts = z.infer<typeof facts>;

/** About the server that answers; any role may ask. */
export async function readPostgresFacts(reader: SqlClient): Promise<PostgresFacts | undefined> {
  const [row] = await reader.rows(
    {
      text: `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int / 10000 AS major,
                    pg_is_in_recovery() AS "inRecovery", EXISTS (SELECT FROM pg_stat_wal_receiver) AS receiving,
                    current_setting('transaction_read_only')::boolean AS "readOnly",
                    (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS tls,
                    current_user AS role, current_database() AS database`,
    },
    facts,
  );
  return row;
}

/** The server's clock now, in milliseconds since 1970. */
export async function readPostgresClock(reader: SqlClient): Promise<number> {
  const text = 'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms';
  const [row] = await reader.rows({ text }, z.object({ ms: z.coerce.number() }));
  return row?.ms ?? Number.NaN;
}
