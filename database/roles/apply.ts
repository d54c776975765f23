import { DependencyError } from '../../shared/errors/index.ts';
import { problemOf } from '../../shared/node/config/index.ts';
import type { SqlClient } from '../pool.ts';
import { sqlStateOf } from '../sqlError.ts';
import { findRoles, readClusterFacts } from '../queries/roleFacts.ts';
import { publicationName, roleSpecs } from './grants.ts';
import { planRoles, type Passwords, type RoleName, type RolesPlan } from './plan.ts';

/** What is to do, from what the server has; changes nothing. `askPassword` is called for roles that cannot log in, and again with what is wrong. */
export async function readRolesPlan(
  client: SqlClient,
  passwords: Passwords,
  askPassword: (role: RoleName, complaint?: string) => Promise<string | undefined>,
): Promise<RolesPlan> {
  const cluster = await readClusterFacts(client, publicationName);
  if (cluster === undefined)
    throw new DependencyError('db_schema', 'The server told nothing about itself.', { retryable: false });
  const roles = await findRoles(
    client,
    roleSpecs.map(({ name }) => name),
  );
  const known: { -readonly [R in RoleName]?: string } = { ...passwords };
  for (const { name, password: variable } of roleSpecs) {
    if (known[name] !== undefined || roles.some((role) => role.name === name && role.login)) continue;
    let password = await askPassword(name);
    // What is typed has the rules of the variable: a password that clients read differently keeps everybody out.
    for (;;) {
      const problem = password === undefined ? null : problemOf(variable, password);
      if (problem === null) break;
      password = await askPassword(name, problem);
    }
    if (password !== undefined) known[name] = password;
  }
  return planRoles({ cluster, roles, passwords: known });
}

/**
 * Runs the plan; as an admin, in one transaction. Rejects with `db_schema` for anybody else, and for one who may make
 * roles but lacks a right that a statement needs: that statement is named.
 */
export async function applyRoles(client: SqlClient, plan: RolesPlan): Promise<void> {
  if (plan.refusal !== undefined) throw new DependencyError('db_schema', plan.refusal, { retryable: false });
  for (const { text, shown } of plan.statements) {
    try {
      await client.run({ text });
    } catch (error) {
      if (!(error instanceof DependencyError) || sqlStateOf(error) !== notAllowed) throw error;
      const why = error.cause instanceof Error ? error.cause.message : error.message;
      throw new DependencyError(
        'db_schema',
        `PostgreSQL refused "${shown}": ${why}. Nothing was changed; run this as a superuser, or have one run what --dry-run prints.`,
        { retryable: false, data: error.data, cause: error },
      );
    }
  }
}

/** insufficient_privilege */
const notAllowed = '42501';
