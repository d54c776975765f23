import { DependencyError } from '../../shared/errors/index.ts';
import type { SqlClient } from '../pool.ts';
import { findRoles, readClusterFacts } from '../queries/roleFacts.ts';
import { publicationName, roleSpecs } from './grants.ts';
import { planRoles, type Passwords, type RoleName, type RolesPlan } from './plan.ts';

/** What is to do, from what the server has; changes nothing. `askPassword` is called for roles that cannot log in. */
export async function readRolesPlan(
  client: SqlClient,
  passwords: Passwords,
  askPassword: (role: RoleName) => Promise<string | undefined>,
): Promise<RolesPlan> {
  const cluster = await readClusterFacts(client, publicationName);
  if (cluster === undefined)
    throw new DependencyError('db_schema', 'The server told nothing about itself.', { retryable: false });
  const roles = await findRoles(
    client,
    roleSpecs.map(({ name }) => name),
  );
  const known: { -readonly [R in RoleName]?: string } = { ...passwords };
  for (const { name } of roleSpecs) {
    if (known[name] !== undefined || roles.some((role) => role.name === name && role.login)) continue;
    const password = await askPassword(name);
    if (password !== undefined) known[name] = password;
  }
  return planRoles({ cluster, roles, passwords: known });
}

/** Runs the plan; as an admin (`db_schema` for anybody else), in one transaction. */
export async function applyRoles(client: SqlClient, plan: RolesPlan): Promise<void> {
  if (plan.refusal !== undefined) throw new DependencyError('db_schema', plan.refusal, { retryable: false });
  for (const { text } of plan.statements) await client.run({ text });
}
