import process from 'node:process';
import { programEnvironment } from './environment.ts';
import { entries, repositoryDir } from './paths.ts';
import { makePassword, type Account } from './roles.ts';
import type { Stack } from './stack.ts';
import { runTool } from './tool.ts';

/** Brings the stack's database to the newest schema, as its owner. Throws `stack_failed` with what the tool said. */
export async function migrateStack(stack: Stack, signal: AbortSignal): Promise<void> {
  await runDatabaseTool(stack, signal, ['migrate'], {
    SLATE_DB_USER: stack.owner.user,
    SLATE_DB_PASSWORD: stack.owner.password,
  });
}

/**
 * Sets up the change stream of a migrated stack as an admin does elsewhere: publication, and the role that reads it and
 * writes the windows. The role has a new password each time. Throws `stack_failed`.
 */
export async function openChangeStream(stack: Stack, signal: AbortSignal): Promise<Account> {
  const account = { user: 'spark_replication', password: makePassword() };
  await runDatabaseTool(stack, signal, ['roles'], {
    SLATE_DB_USER: stack.superuser.user,
    SLATE_DB_PASSWORD: stack.superuser.password,
    SPARK_REPLICATION_DB_PASSWORD: account.password,
  });
  return account;
}

async function runDatabaseTool(
  stack: Stack,
  signal: AbortSignal,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  await runTool({
    command: process.execPath,
    args: [entries.database, ...args],
    cwd: repositoryDir,
    env: programEnvironment({ ...stack.env, ...env }),
    name: `spark-db ${args.join(' ')}`,
    children: stack.children,
    signal,
    timeoutMs: 60_000,
  });
}
