import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/** The database of the sandbox, and the default of `SLATE_DB_NAME`. */
export const databaseName = 'wissil_db';

/**
 * Login roles of the sandbox's cluster. They exist before the first migration; what each may do in the database is
 * granted by the migrations.
 */
export const roles = {
  /** Superuser of the cluster; used by a person at a prompt, and by fault tests. */
  superuser: 'postgres',
  /** Owns the database and runs the migrations; may create databases, so that tests can clone a template. */
  owner: 'spark_owner',
  app: 'slate_user',
  consumer: 'spark_consumer',
  readonly: 'spark_readonly',
  /** What the replica streams with. */
  replicator: 'spark_replicator',
} as const;

/** NATS users: the programs, and a subscriber in a browser. */
export const natsUsers = { programs: 'spark', browser: 'spark_browser' } as const;

export interface Account {
  readonly user: string;
  readonly password: string;
}

const password = z.string().min(16);

/** Passwords of one cluster; kept in a file of mode 0600 beside its data. */
export const clusterSecretsSchema = z.object({
  superuser: password,
  owner: password,
  app: password,
  consumer: password,
  readonly: password,
  replicator: password,
});
export type ClusterSecrets = z.infer<typeof clusterSecretsSchema>;

/** 24 random bytes as letters, digits, `-` and `_`: safe in a URL, in SQL and in a configuration file. */
export const makePassword = (): string => randomBytes(24).toString('base64url');

export const makeClusterSecrets = (): ClusterSecrets => ({
  superuser: makePassword(),
  owner: makePassword(),
  app: makePassword(),
  consumer: makePassword(),
  readonly: makePassword(),
  replicator: makePassword(),
});
