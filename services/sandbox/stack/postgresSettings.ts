import { roles } from './roles.ts';

/** One line `name = 'value'` each; the whole of `postgresql.conf`, written anew before every start. */
export function postgresConf(settings: Readonly<Record<string, string>>): string {
  return `${Object.entries(settings)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`)
    .join('\n')}\n`;
}

/**
 * Settings of both servers. Durability is PostgreSQL's own default (`fsync`, `synchronous_commit` on), so that fault
 * tests and measurements mean something. The slot keeps WAL for a replica that is away, up to 2 GB.
 */
export const commonSettings = (port: number): Record<string, string> => ({
  listen_addresses: '127.0.0.1',
  port: String(port),
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  wal_level: 'logical',
  max_wal_senders: '10',
  max_replication_slots: '10',
  max_slot_wal_keep_size: '2GB',
  min_wal_size: '80MB',
  max_wal_size: '1GB',
  hot_standby: 'on',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  datestyle: 'iso, mdy',
  lc_messages: 'C',
  log_line_prefix: '%m [%p] ',
  logging_collector: 'off',
});

/**
 * `wal_receiver_status_interval`: how often the replica says how far it is. `wal_retrieve_retry_interval`: how soon it
 * looks for a primary that went away. Both are seconds by default, too slow beside a primary on the same machine.
 */
export const replicaSettings = (primary: {
  readonly port: number;
  readonly password: string;
  readonly slot: string;
}): Record<string, string> => ({
  primary_conninfo: `host=127.0.0.1 port=${primary.port} user=${roles.replicator} password=${primary.password} application_name=spark_replica`,
  primary_slot_name: primary.slot,
  hot_standby_feedback: 'on',
  wal_receiver_status_interval: '1s',
  wal_retrieve_retry_interval: '200ms',
});

/** Password over loopback and nothing else, `trust` nowhere. */
export const hbaConf = `host all all 127.0.0.1/32 scram-sha-256
host replication ${roles.replicator} 127.0.0.1/32 scram-sha-256
`;
