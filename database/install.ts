import type { Logger } from '../shared/node/logging/index.ts';
import type { Database } from './database.ts';
import type { DatabaseConfig, SqlClient } from './pool.ts';
import { findRoles, readClusterFacts } from './queries/roleFacts.ts';
import { applyRoles, readRolesPlan } from './roles/apply.ts';
import { ownerRole, publicationName } from './roles/grants.ts';
import { compareSchema } from './schemaStatus.ts';

/** The role that the consumer logs in with, unless somebody says otherwise. */
export const consumerRole = 'spark_consumer';

export interface InstallNeeds {
  /** Reaches the database as an admin. */
  readonly database: Pick<Database, 'write'>;
  /** The same login, for the migrations' own connection. */
  readonly config: DatabaseConfig;
  readonly logger: Logger;
}

export interface InstallPlan {
  /** What will be done, in words and SQL, passwords hidden. */
  readonly lines: readonly string[];
  /** Why it cannot be done, in words. */
  readonly refusal: string | undefined;
}

/** Whether the consumer's role can log in already: then its password is known to somebody. */
export async function canConsumerLogIn(database: Pick<Database, 'write'>): Promise<boolean> {
  const roles = await database.write((client) => findRoles(client, [consumerRole]));
  return roles.some(({ login }) => login);
}

/** What an admin's `installDatabase` would do: roles, schema, grants. Changes nothing. */
export async function planInstall(
  { database }: Pick<InstallNeeds, 'database'>,
  password: string,
): Promise<InstallPlan> {
  return await database.write(async (client) => {
    const { statements, refusal } = await readPlan(client, password);
    const { pending } = await compareSchema(client);
    const lines = [
      ...statements.map(({ shown }) => shown),
      ...pending.map((name) => `migration ${name}`),
      ...(pending.length === 0
        ? []
        : [`what each role may do with the new tables, and the publication ${publicationName}`]),
    ];
    return { lines, refusal };
  });
}

/**
 * Roles, the schema as its owner, and what the roles may do with it. `password` is given to the consumer's role when that
 * cannot log in yet; the other roles get theirs from `spark-db roles`. Rejects with `db_schema` when the admin may not.
 */
export async function installDatabase({ database, config, logger }: InstallNeeds, password: string): Promise<void> {
  const applyPlan = () => database.write(async (client) => applyRoles(client, await readPlan(client, password)));
  await applyPlan();
  const facts = await database.write((client) => readClusterFacts(client, publicationName));
  // Loaded here alone: every program enters by index.ts, and only this one migrates.
  const { migrate } = await import('./migrate.ts');
  // Tables that are there keep their owner: migrations change them.
  await migrate(config, logger, { as: facts?.owners[0] ?? ownerRole });
  await applyPlan();
}

const readPlan = (client: SqlClient, password: string) =>
  readRolesPlan(client, {}, (role) => Promise.resolve(role === consumerRole ? password : undefined));
