import { z } from 'zod';
import type { SqlClient } from '../pool.ts';

const slot = z.object({
  active: z.boolean(),
  /** `lost`: PostgreSQL removed WAL that the slot still needed, as `max_slot_wal_keep_size` allows. */
  walStatus: z.enum(['reserved', 'extended', 'unreserved', 'lost']).nullable(),
  /** WAL in bytes that is kept for it. */
  retainedBytes: z.coerce.number().nullable(),
  /** WAL in bytes that may be written before it can be lost; null without a limit. */
  safeBytes: z.coerce.number().nullable(),
});
export type ReplicationSlot = z.infer<typeof slot>;

/** A replication slot of the primary, or undefined when there is none of that name. */
export async function findReplicationSlot(reader: SqlClient, name: string): Promise<ReplicationSlot | undefined> {
  const rows = await reader.rows(
    {
      text: `SELECT active, wal_status AS "walStatus", pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) AS "retainedBytes",
                    safe_wal_size AS "safeBytes"
             FROM pg_replication_slots WHERE slot_name = $1`,
      values: [name],
    },
    slot,
  );
  return rows[0];
}

/** Removes a slot that nobody reads, if it is there; its WAL is given back. Needs a role with REPLICATION. */
export async function dropReplicationSlot(client: SqlClient, name: string): Promise<void> {
  await client.run({
    text: `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1`,
    values: [name],
  });
}
