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
 * Sets up a migrated stack for the analytics as an admin does elsewhere: publication, the role that reads it and writes
 * the windows, and that of the daily run. They have new passwords each time. Throws `stack_failed`.
 */
export async function makeAnalyticsRoles(
  stack: Stack,
  signal: AbortSignal,
): Promise<{ readonly replication: Account; readonly rollup: Account }> {
  const replication = { user: 'spark_replication', password: makePassword() };
  const rollup = { user: 'spark_rollup', password: makePassword() };
  await runDatabaseTool(stack, signal, ['roles'], {
    SLATE_DB_USER: stack.superuser.user,
    SLATE_DB_PASSWORD: stack.superuser.password,
    SPARK_REPLICATION_DB_PASSWORD: replication.password,
    SPARK_ROLLUP_DB_PASSWORD: rollup.password,
  });
  return { replication, rollup };
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
