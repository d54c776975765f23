import process from 'node:process';
import { programEnvironment } from './environment.ts';
import { entries, repositoryDir } from './paths.ts';
import type { Stack } from './stack.ts';
import { runTool } from './tool.ts';

/** Brings the stack's database to the newest schema, as its owner. Throws `stack_failed` with what the tool said. */
export async function migrateStack(stack: Stack, signal: AbortSignal): Promise<void> {
  await runTool({
    command: process.execPath,
    args: [entries.database, 'migrate'],
    cwd: repositoryDir,
    env: programEnvironment({
      ...stack.env,
      SLATE_DB_USER: stack.owner.user,
      SLATE_DB_PASSWORD: stack.owner.password,
    }),
    name: 'spark-db migrate',
    children: stack.children,
    signal,
    timeoutMs: 60_000,
  });
}
