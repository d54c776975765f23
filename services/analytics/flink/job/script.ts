import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseConfig } from '../../../../database/index.ts';
import { InvariantError } from '../../../../shared/errors/index.ts';

/** What differs from one cluster, database or start to another. */
export interface JobSettings {
  readonly database: DatabaseConfig;
  /** Replication slot of the job. */
  readonly slot: string;
  /** Start of the first hour that the job counts. */
  readonly since: Date;
  /** URI of the folder of checkpoints, which every machine of the cluster must reach. */
  readonly stateUri: string;
  /** How long a window waits for events that come in another order. */
  readonly latenessSeconds: number;
  readonly checkpointSeconds: number;
  readonly parallelism: number;
  /** URI of the checkpoint to go on from; the job begins anew without one. */
  readonly restoreFrom: string | undefined;
}

export const jobFile = join(import.meta.dirname, 'windows.sql');

/** The SQL of the job for Flink's SQL client, with passwords: not for a log. */
export function makeJobScript(settings: JobSettings): string {
  const { restoreFrom } = settings;
  const values = valuesOf(settings);
  const filled = readFileSync(jobFile, 'utf8').replaceAll(/\$\{([A-Z_]+)\}/g, (_text, name: string) => {
    const value = values[name];
    if (value === undefined) throw new InvariantError(`windows.sql asks for ${name}, which nobody gives`);
    return value;
  });
  if (restoreFrom === undefined) return filled;
  // The checkpoint becomes the new job's own: it is removed when a newer one has taken its place.
  const restore = `SET 'execution.state-recovery.path' = '${quoted(restoreFrom)}';\nSET 'execution.state-recovery.claim-mode' = 'CLAIM';\n`;
  return `${restore}\n${filled}`;
}

/**
 * What the state of a job is the state of: another text of windows.sql, comments and blanks apart, makes another job, which
 * cannot go on from the checkpoints of this one.
 */
export function jobLayout(): string {
  const text = readFileSync(jobFile, 'utf8').replaceAll(/--.*$/gm, '').replaceAll(/\s+/g, ' ');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Flink takes no seconds of three digits. */
const minutesOf = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** Inside an SQL text. */
const quoted = (value: string): string => value.replaceAll("'", "''");

function valuesOf(settings: JobSettings): Readonly<Record<string, string>> {
  const { database } = settings;
  const host = database.SLATE_DB_HOST ?? '';
  const port = String(database.SLATE_DB_PORT);
  const tls = tlsOf(database);
  const query = new URLSearchParams({ ...tls, ApplicationName: 'spark_flink' });
  const texts = {
    PGHOST: host,
    PGPORT: port,
    PGDATABASE: database.SLATE_DB_NAME,
    PGUSER: database.SLATE_DB_USER,
    PGPASSWORD: database.SLATE_DB_PASSWORD ?? '',
    JDBC_URL: `jdbc:postgresql://${host}:${port}/${encodeURIComponent(database.SLATE_DB_NAME)}?${query.toString()}`,
    SLOT: settings.slot,
    SINCE: settings.since.toISOString(),
    SINCE_MS: String(settings.since.getTime()),
    STATE_URI: settings.stateUri,
    LATENESS: minutesOf(settings.latenessSeconds),
    CHECKPOINT_INTERVAL: `${settings.checkpointSeconds} s`,
    PARALLELISM: String(settings.parallelism),
  };
  return {
    ...Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, quoted(value)])),
    SOURCE_TLS: Object.entries(tls)
      .map(([name, value]) => `'debezium.database.${name}' = '${quoted(value)}',`)
      .join('\n  '),
  };
}

/** As database/tls.ts has it: with an authority the certificate is checked, with verify-full the host name as well. */
function tlsOf(database: DatabaseConfig): Readonly<Record<string, string>> {
  const { SPARK_DB_SSL: mode, SPARK_DB_SSL_CA: authority } = database;
  if (mode === 'off') return { sslmode: 'disable' };
  if (authority === undefined) return { sslmode: mode };
  return { sslmode: mode === 'require' ? 'verify-ca' : mode, sslrootcert: authority };
}
