import { z } from 'zod';
import type { SqlClient } from '../pool.ts';
import { projectedTables } from '../tables.ts';

const missingGrant = z.object({ what: z.string() });

/**
 * What the consumer's role lacks to write and to maintain, in words; empty when all is granted. Rejects with `db_schema` when a table or function is
 * not there at all.
 */
export async function findMissingGrants(client: SqlClient): Promise<string[]> {
  const rows = await client.rows(
    {
      text: `SELECT what FROM (
               SELECT 'SELECT, INSERT and UPDATE on ' || name AS what,
                      has_table_privilege(name, 'SELECT') AND has_table_privilege(name, 'INSERT')
                        AND has_table_privilege(name, 'UPDATE') AS granted
               FROM unnest($1::text[]) AS name
               UNION ALL
               SELECT 'EXECUTE on ' || name, has_function_privilege(name, 'EXECUTE') FROM unnest($2::text[]) AS name
             ) AS needed WHERE NOT granted`,
      values: [
        ['spark_events', ...Object.keys(projectedTables)],
        [
          'spark_ensure_partitions(date, date)',
          'spark_mark_days(date[])',
          'spark_days_due(date)',
          'spark_rollup_day(date)',
        ],
      ],
    },
    missingGrant,
  );
  return rows.map(({ what }) => what);
}
