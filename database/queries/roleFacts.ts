import { z } from 'zod';
import type { SqlClient } from '../pool.ts';

const roleFacts = z.object({
  name: z.string(),
  login: z.boolean(),
  replication: z.boolean(),
  /** Privileges that SPARK does not need: `SUPERUSER`, `CREATEROLE`, `CREATEDB`, `BYPASSRLS`. */
  excess: z.array(z.string()),
});
export type RoleFacts = z.infer<typeof roleFacts>;

const clusterFacts = z.object({
  database: z.string(),
  user: z.string(),
  mayMakeRoles: z.boolean(),
  walLevel: z.string(),
  freeSlots: z.coerce.number(),
  walSenders: z.coerce.number(),
  /** Whether the newest migration that grants to roles is there. */
  migrated: z.boolean(),
  /** Owners of SPARK's tables. */
  owners: z.array(z.string()),
  publicationTables: z.array(z.string()).nullable(),
  viaRoot: z.boolean().nullable(),
  publicMayCreate: z.boolean(),
});
export type ClusterFacts = z.infer<typeof clusterFacts>;

export function findRoles(client: SqlClient, names: readonly string[]): Promise<RoleFacts[]> {
  return client.rows(
    {
      text: `SELECT rolname AS name, rolcanlogin AS login, rolreplication AS replication,
                    array_remove(ARRAY[CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
                                       CASE WHEN rolcreatedb THEN 'CREATEDB' END, CASE WHEN rolbypassrls THEN 'BYPASSRLS' END], NULL) AS excess
             FROM pg_roles WHERE rolname = ANY ($1::text[])`,
      values: [names],
    },
    roleFacts,
  );
}

export async function readClusterFacts(client: SqlClient, publication: string): Promise<ClusterFacts | undefined> {
  const rows = await client.rows(
    {
      text: `SELECT current_database() AS database, current_user AS user,
                    (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS "mayMakeRoles",
                    current_setting('wal_level') AS "walLevel",
                    current_setting('max_replication_slots')::int - (SELECT count(*) FROM pg_replication_slots) AS "freeSlots",
                    current_setting('max_wal_senders') AS "walSenders",
                    to_regclass('public.spark_usage_windowed') IS NOT NULL AS migrated,
                    ARRAY(SELECT DISTINCT pg_get_userbyid(relowner)::text FROM pg_class
                          WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname LIKE 'spark\\_%') AS owners,
                    (SELECT array_agg(t.tablename::text ORDER BY t.tablename) FROM pg_publication_tables t WHERE t.pubname = $1) AS "publicationTables",
                    (SELECT pubviaroot FROM pg_publication WHERE pubname = $1) AS "viaRoot",
                    has_schema_privilege('public', 'public', 'CREATE') AS "publicMayCreate"`,
      values: [publication],
    },
    clusterFacts,
  );
  return rows[0];
}
